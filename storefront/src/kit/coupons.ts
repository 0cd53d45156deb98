/** What a coupon says of itself, in words of the page. Amounts in fen, rates in basis points. */
import type { Schemas } from '@/api/operations'
import { language } from './language'
import { percent, yuan } from './money'

type Terms = Schemas['CouponTermsOut']
type Say = (key: string, values?: Record<string, string>) => string
const WHOLE_BP = 10_000

/** What is left of the price in tenths, as Chinese shops say it: 1000 off → 9, 1500 off → 8.5. */
export function tenths(rateBp: number): string {
  const digits = String(WHOLE_BP - rateBp).padStart(4, '0')
  const rest = digits.slice(1).replace(/0+$/, '')
  return rest ? `${digits[0]}.${rest}` : digits[0]
}

/** The large words: how much it takes off. */
export const worth = (terms: Terms, t: Say, currency: string): string =>
  terms.kind === 'amount_off' ? yuan(terms.amount_fen, currency) : t('coupons.rate', { rate: language.value === 'en' ? percent(terms.rate_bp) : tenths(terms.rate_bp) })

/** The small words: from how much on, at most how much, of which goods. */
export function conditions(terms: Terms, t: Say, currency: string): string {
  const said = [terms.least_fen ? t('coupons.least', { amount: yuan(terms.least_fen, currency) }) : t('coupons.no_least')]
  if (terms.kind === 'rate_off') said.push(t('coupons.cap', { amount: yuan(terms.cap_fen, currency) }))
  said.push(t(`coupons.scope.${terms.scope_kind}`))
  if (!terms.allows_packs) said.push(t('coupons.no_packs'))
  return said.join(' · ')
}

/** Which coupon the checkout uses: the one picked while it can be used, none if none is wanted, else the best. */
export function chosen(usable: readonly { coupon: { coupon_id: number } }[], picked: number | null | undefined): number | null {
  if (picked === null) return null
  const still = usable.find((one) => one.coupon.coupon_id === picked)
  return (still ?? usable[0])?.coupon.coupon_id ?? null
}
