/** Stars as people read and give them. Whole numbers: an average comes in tenths of a star. */

export const MOST_STARS = 5

/** 47 → 4.7 */
export const scoreOf = (tenths: number): string => `${Math.trunc(tenths / 10)}.${tenths % 10}`

/** A part of a whole in per cent, a half rounded up; of nothing it is nothing. */
export const percentOf = (part: number, whole: number): number => (whole > 0 ? Math.trunc((200 * part + whole) / (2 * whole)) : 0)

/** What a key does to the stars that are given: arrows by one, home and end to the ends; another key nothing. */
export function starsAfter(key: string, stars: number): number | null {
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(stars + 1, MOST_STARS)
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(stars - 1, 1)
  if (key === 'Home') return 1
  if (key === 'End') return MOST_STARS
  return null
}
