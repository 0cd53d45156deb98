/** What a buyer asks back of an order, line by line, and what that comes to. */

export interface Line {
  position: number
  price_fen: number
  quantity: number
  pieces_back: number
  refundable_fen: number
}
export interface Wish {
  position: number
  pieces: number
  amount_fen: number | null
}

/** What these pieces of a line cost, and never more than what is left of it. */
export const worthOf = (line: Line, pieces: number): number => Math.min(line.price_fen * pieces, line.refundable_fen)

export const piecesLeft = (line: Line): number => line.quantity - line.pieces_back

/** The lines of which something is asked back; an amount of one's own replaces the price of the pieces. */
export function wishesOf(lines: Line[], pieces: Record<number, number>, amounts: Record<number, number | null>): Wish[] {
  return lines
    .map((line) => ({ position: line.position, pieces: pieces[line.position] ?? 0, amount_fen: amounts[line.position] ?? null }))
    .filter((wish) => wish.pieces > 0 || (wish.amount_fen ?? 0) > 0)
}

export const totalOf = (lines: Line[], wishes: Wish[]): number =>
  wishes.reduce((sum, wish) => {
    const line = lines.find((one) => one.position === wish.position)
    return sum + (line ? (wish.amount_fen ?? worthOf(line, wish.pieces)) : 0)
  }, 0)
