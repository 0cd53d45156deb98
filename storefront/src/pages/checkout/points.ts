/** Paying a part of an order with points: what was shown, and for how long it holds. Amounts in fen and 1/10 000 points. */

export interface Shown {
  amount_fen: number
  units: number
  quote: string
}

/**
 * A quote holds for a minute from when it was made. Its age is counted on this device alone, since a device's clock may be
 * anywhere; ten seconds are left for the way.
 */
const HOLDS_MS = 50_000

/** Whether what was shown so long ago can still be sent for an amount. */
export function isGood(shown: Shown | null, amountFen: number, ageMs: number): boolean {
  return Boolean(shown && shown.amount_fen === amountFen && ageMs >= 0 && ageMs < HOLDS_MS)
}

/** What somebody wants to pay with points, kept between nothing and what is possible. */
export function wanted(typedFen: number | null, mostFen: number): number {
  return typedFen === null ? mostFen : Math.max(0, Math.min(typedFen, mostFen))
}
