/** Where the lines and candles of a chart lie. Whole numbers all the way: values are BigInt, places are bp of the frame. */

import { percent } from './money'

const WHOLE_BP = 10_000
export const WIDTH = 1_000
export const HEIGHT = 300
/** What stays free above and below, so that a line at the edge is drawn whole. */
const EDGE = 10

export interface Range {
  low: bigint
  high: bigint
}

/** The least and the most of what is drawn; null where there is nothing. */
export function rangeOf(values: readonly bigint[]): Range | null {
  if (!values.length) return null
  return values.reduce<Range>((range, value) => ({ low: value < range.low ? value : range.low, high: value > range.high ? value : range.high }), { low: values[0], high: values[0] })
}

/** How far a value is from the top, in parts of `height`; in the middle where all values are the same. */
export function fromTop(value: bigint, range: Range, height: number): number {
  if (range.high === range.low) return Math.floor(height / 2)
  return Number(((range.high - value) * BigInt(height)) / (range.high - range.low))
}

/** A line as an SVG path, from the left edge to the right; one value alone is a level line. */
export function pathOf(values: readonly bigint[], range: Range): string {
  const heights = values.map((value) => EDGE + fromTop(value, range, HEIGHT - 2 * EDGE))
  if (heights.length === 1) return `M0 ${heights[0]}H${WIDTH}`
  return heights.map((height, place) => `${place ? 'L' : 'M'}${Math.floor((place * WIDTH) / (heights.length - 1))} ${height}`).join('')
}

/** The line as a mask: the colour comes from the page's theme, and mini-programs, which know no SVG elements, draw it too. */
export function maskOf(path: string, dashed = false): string {
  const stroke = `fill='none' stroke='black' stroke-width='${dashed ? 2 : 3}' vector-effect='non-scaling-stroke'${dashed ? " stroke-dasharray='6 5'" : ''}`
  const picture = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${WIDTH} ${HEIGHT}' preserveAspectRatio='none'><path d='${path}' ${stroke}/></svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(picture)}")`
}

export interface Traded {
  open_fen: number
  high_fen: number
  low_fen: number
  close_fen: number
}
export interface Candle {
  left: string
  width: string
  wickTop: string
  wickHeight: string
  bodyTop: string
  bodyHeight: string
  rises: boolean
}

/** Candles in the frame, oldest left; the room of one is never wider than a twentieth, so that few don't look like walls. */
export function candlesOf(traded: readonly Traded[]): Candle[] {
  const range = rangeOf(traded.flatMap((one) => [BigInt(one.high_fen), BigInt(one.low_fen)]))
  if (!range) return []
  const room = Math.min(Math.floor(WHOLE_BP / traded.length), WHOLE_BP / 20)
  const top = (fen: number): number => fromTop(BigInt(fen), range, WHOLE_BP)
  return traded.map((one, place) => {
    const [upper, lower] = [Math.max(one.open_fen, one.close_fen), Math.min(one.open_fen, one.close_fen)]
    return {
      left: percent(place * room),
      width: percent(Math.max(1, Math.floor((room * 7) / 10))),
      wickTop: percent(top(one.high_fen)),
      wickHeight: percent(top(one.low_fen) - top(one.high_fen)),
      bodyTop: percent(top(upper)),
      bodyHeight: percent(top(lower) - top(upper)),
      rises: one.close_fen >= one.open_fen,
    }
  })
}

/** A part of a whole as a width, rounded up so that little is never drawn as nothing. */
export function partOf(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0%'
  const bp = (BigInt(part) * BigInt(WHOLE_BP) + BigInt(whole) - 1n) / BigInt(whole)
  return percent(bp > BigInt(WHOLE_BP) ? WHOLE_BP : Number(bp))
}
