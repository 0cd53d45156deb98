/** Times of the API (ISO 8601 with offset) as the shop's clock shows them: Asia/Shanghai, which has no summer time. */

const SHOP_OFFSET_MINUTES = 8 * 60

const two = (value: number): string => String(value).padStart(2, '0')

function shopDate(text: string): Date | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at + SHOP_OFFSET_MINUTES * 60_000)
}

/** 2026-03-02T04:00:00Z → 2026-03-02 12:00 */
export function minute(text: string | null | undefined): string {
  const date = text ? shopDate(text) : null
  return date ? `${day(text)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}` : ''
}

/** 2026-03-02T20:00:00Z → 2026-03-03 */
export function day(text: string | null | undefined): string {
  const date = text ? shopDate(text) : null
  return date ? `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}` : ''
}

/** Seconds as a countdown: 3661 → 1:01:01, 59 → 0:59; never below 0:00. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(left / 3600)
  const minutes = Math.floor((left % 3600) / 60)
  return hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`
}

/** Minutes after midnight as a time of day: 0 → 00:00, 90 → 01:30. */
export function clockOf(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
