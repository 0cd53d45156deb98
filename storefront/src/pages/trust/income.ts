/** The steps of a group's incomes as bars: each as long as it is of the highest income, in whole per cent. */
import type { Schemas } from '@/api/operations'

type Group = Schemas['IncomeGroupOut']
export type Step = { key: string; fen: number; width: number }

export function steps(group: Group): Step[] {
  const found: [string, number][] = [
    ['quarter', group.quarter_fen],
    ['median', group.median_fen],
    ['three_quarters', group.three_quarters_fen],
    ['ninety', group.ninety_fen],
    ['ninety_nine', group.ninety_nine_fen],
    ['most', group.most_fen],
  ]
  return found.map(([key, fen]) => ({ key, fen, width: widthOf(fen, group.most_fen) }))
}

/** Rounded up, so that little is never drawn as nothing. */
function widthOf(fen: number, most: number): number {
  return most > 0 ? Number((BigInt(fen) * 100n + BigInt(most) - 1n) / BigInt(most)) : 0
}
