/** What is typed as a number of shares, and what it costs. */

const MOST = 1_000_000_000_000

/** A whole number above zero, or null. */
export function sharesOf(typed: string): number | null {
  if (!/^\d{1,13}$/.test(typed.trim())) return null
  const shares = Number(typed.trim())
  return shares > 0 && shares <= MOST ? shares : null
}

/** How many shares one can have at most: as many as the points pay, and no more than are left. */
export function mostShares(units: number, unitsPerShare: number, left: number): number {
  return Math.max(0, Math.min(Math.floor(units / unitsPerShare), left))
}

/** A count with separators. */
export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
