import { describe, expect, it } from 'vitest'
import { steps } from '../src/pages/trust/income'

const group = (incomes: number[]) => ({
  title: '', ranks: [], members: 10, earned_nothing: 7, nothing_of_hundred: 70, mean_fen: 0, top_hundredth_bp: 0, top_tenth_bp: 0, spent_median_fen: 0,
  quarter_fen: incomes[0]!, median_fen: incomes[1]!, three_quarters_fen: incomes[2]!, ninety_fen: incomes[3]!, ninety_nine_fen: incomes[4]!, most_fen: incomes[5]!,
})

describe('the bars of incomes', () => {
  it('are as long as the income is of the highest one', () => {
    expect(steps(group([0, 0, 2400, 3600, 6000, 6000])).map((step) => step.width)).toEqual([0, 0, 40, 60, 100, 100])
  })
  it('show a fen beside 9 999 999.99 yuan, and nothing as nothing', () => {
    expect(steps(group([0, 1, 1, 1, 1, 999_999_999])).map((step) => step.width)).toEqual([0, 1, 1, 1, 1, 100])
  })
  it('are empty where nobody earned', () => {
    expect(steps(group([0, 0, 0, 0, 0, 0])).every((step) => step.width === 0)).toBe(true)
  })
})
