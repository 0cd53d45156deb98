/** The arithmetic that the pages of points show before one confirms: the same as the server's, in whole numbers. */
import { ratioYuan, UNITS_PER_POINT } from '@/kit/money'

const WHOLE_BP = 10_000n

export interface Ratio {
  numerator: number
  denominator: number
}
export interface Level {
  price_fen: number
  lots: number
}

/** Fen for a point as yuan; ratios beyond whole numbers that a device can hold show a dash, never a wrong figure. */
export function priceText(ratio: Ratio | null | undefined): string {
  if (!ratio || !Number.isSafeInteger(ratio.numerator) || !Number.isSafeInteger(ratio.denominator)) return '—'
  return ratioYuan(ratio.numerator, ratio.denominator)
}

/** A price in millionths of a fen, to be drawn: rounded down. */
export function drawn(ratio: Ratio): bigint {
  return (BigInt(ratio.numerator) * 1_000_000n) / BigInt(ratio.denominator)
}

/** What someone typed as 1/10 000 points, or null if it is no amount: '12.5' → 125 000. */
export function unitsOf(typed: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{0,4}))?$/.exec(typed.normalize('NFKC').replace(/[,\s]/g, ''))
  if (!found) return null
  return Number(found[1]) * UNITS_PER_POINT + Number((found[2] ?? '').padEnd(4, '0'))
}

/** Whole lots as typed, or null. */
export function lotsOf(typed: string): number | null {
  const plain = typed.normalize('NFKC').replace(/[,\s]/g, '')
  const lots = /^\d{1,10}$/.test(plain) ? Number(plain) : 0
  return lots >= 1 && lots <= 1_000_000_000 ? lots : null
}

export interface Offer {
  lots: number
  feeUnits: number
  /** Set aside: what is offered and its fee. What makes no whole lot stays with the member. */
  heldUnits: number
}

/** What an ask puts on the market when the fee has left; null where no whole lot remains. */
export function offerOf(units: number, lotUnits: number, feeBp: number): Offer | null {
  const [all, lot, fee] = [BigInt(units), BigInt(lotUnits), BigInt(feeBp)]
  const offered = all - (all * fee + WHOLE_BP - 1n) / WHOLE_BP
  const lots = offered / lot
  if (lots <= 0n) return null
  const feeUnits = lots * lot === offered ? all - offered : (lots * lot * fee) / (WHOLE_BP - fee)
  return { lots: Number(lots), feeUnits: Number(feeUnits), heldUnits: Number(lots * lot + feeUnits) }
}

/** Lots at a price in fen; null where it is more than whole numbers can hold. */
export function costOf(lots: number, priceFen: number): number | null {
  const cost = lots * priceFen
  return Number.isSafeInteger(cost) ? cost : null
}

/** The prices that an order may name today; null where there is no reference or no limit. */
export function pricesAllowed(lastFen: number | null, jumpBp: number): { low: number; high: number } | null {
  if (lastFen === null || !jumpBp) return null
  const [last, jump] = [BigInt(lastFen), BigInt(jumpBp)]
  const below = WHOLE_BP - (jump < WHOLE_BP ? jump : WHOLE_BP)
  const least = (last * below + WHOLE_BP - 1n) / WHOLE_BP
  const low = least > 1n ? least : 1n
  const most = (last * (WHOLE_BP + jump)) / WHOLE_BP
  return { low: Number(low), high: Number(most > low ? most : low) }
}

export interface Depth extends Level {
  /** All lots up to this price, from the best one on. */
  sum: number
}

/** Price levels with what lies at them or better. */
export function depthOf(levels: readonly Level[]): Depth[] {
  let sum = 0
  return levels.map((level) => ({ ...level, sum: (sum += level.lots) }))
}
