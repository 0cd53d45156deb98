/** To the cashier of the payment provider, and back to the result page. */
import * as api from '@/api/operations'

/** Start a payment (or go on with the one under way) and open its cashier. Throws as `call` does. */
export async function payOrder(number: string): Promise<void> {
  const started = await api.postOrdersByNumberPay({ path: { number }, body: {} })
  // #ifdef H5
  location.href = started.cashier_url
  // #endif
  // #ifndef H5
  uni.setClipboardData({ data: started.cashier_url })
  // #endif
}
