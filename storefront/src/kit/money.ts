/**
 * Amounts as people read them. Integers all the way: a fen is never divided by a float.
 *
 *     yuan(2376, 'zh-Hans')      → ¥23.76
 *     yuan(999_999_999, 'en')    → ¥9,999,999.99
 *     points(1_500_000)          → 150
 *     percent(1500)              → 15%
 */

export const FEN_PER_YUAN = 100
export const UNITS_PER_POINT = 10_000

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

function scaled(amount: number, digits: number): { sign: string; whole: string; rest: string } {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is no whole amount`)
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  return { sign: amount < 0 ? '−' : '', whole: grouped(text.slice(0, -digits)), rest: text.slice(-digits) }
}

const SIGNS: Record<string, string> = { CNY: '¥', HKD: 'HK$', TWD: 'NT$', USD: 'US$', EUR: '€', SGD: 'S$', MYR: 'RM' }

/** Fen with the currency's sign, always two decimals. A minus is a real minus. */
export function yuan(amountFen: number, currency = 'CNY'): string {
  const { sign, whole, rest } = scaled(amountFen, 2)
  return `${sign}${SIGNS[currency] ?? `${currency} `}${whole}.${rest}`
}

/** Points without empty decimals: 1 500 000 units are 150, 12 345 are 1.2345. */
export function points(units: number): string {
  const { sign, whole, rest } = scaled(units, 4)
  const decimals = rest.replace(/0+$/, '')
  return `${sign}${whole}${decimals ? `.${decimals}` : ''}`
}

/** Basis points as per cent: 1500 → 15%, 1234 → 12.34%. */
export function percent(rateBp: number): string {
  const { sign, whole, rest } = scaled(rateBp, 2)
  const decimals = rest.replace(/0+$/, '')
  return `${sign}${whole}${decimals ? `.${decimals}` : ''}%`
}

/** What someone typed as fen, or null if it is no amount: '23.76' → 2376, '１２' → 1200, '1e3' → null. */
export function fenOf(typed: string): number | null {
  const plain = typed.normalize('NFKC').replace(/[¥,\s]/g, '')
  const found = /^(\d{1,12})(?:\.(\d{0,2}))?$/.exec(plain)
  if (!found) return null
  return Number(found[1]) * FEN_PER_YUAN + Number((found[2] ?? '').padEnd(2, '0') || 0)
}

/** A price as an exact ratio in fen, shown in yuan with so many decimals, rounded down: never more than it is. */
export function ratioYuan(numerator: number, denominator: number, digits = 6): string {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator <= 0) throw new RangeError('no ratio of whole numbers')
  const scale = BigInt(10) ** BigInt(digits)
  const parts = (BigInt(numerator) * scale) / (BigInt(denominator) * BigInt(FEN_PER_YUAN))
  const text = String(parts).padStart(digits + 1, '0')
  return `¥${grouped(text.slice(0, -digits))}.${text.slice(-digits)}`
}
