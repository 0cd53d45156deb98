/** The pages of points: what they work out before one confirms, and where charts put it. */
import { describe, expect, it } from 'vitest'
import { candlesOf, fromTop, maskOf, partOf, pathOf, rangeOf } from '@/kit/chart'
import { standOf } from '@/pages/points/calendar'
import { costOf, depthOf, drawn, lotsOf, offerOf, priceText, pricesAllowed, unitsOf } from '@/pages/points/numbers'

describe('what is typed', () => {
  it('is points with up to four decimals', () => {
    expect(unitsOf('12.5')).toBe(125_000)
    expect(unitsOf('１２')).toBe(120_000)
    expect(unitsOf('1,000.0001')).toBe(10_000_001)
    expect([unitsOf(''), unitsOf('-1'), unitsOf('1.00001'), unitsOf('1e3')]).toEqual([null, null, null, null])
  })
  it('is whole lots', () => {
    expect([lotsOf('36'), lotsOf('0'), lotsOf('1.5'), lotsOf('9999999999')]).toEqual([36, null, null, null])
  })
})

describe('an ask', () => {
  it('offers 36 of 40 points at a fee of a tenth', () => {
    expect(offerOf(400_000, 10_000, 1_000)).toEqual({ lots: 36, feeUnits: 40_000, heldUnits: 400_000 })
  })
  it('leaves with the member what makes no whole lot, and its fee', () => {
    expect(offerOf(70_000, 10_000, 1_000)).toEqual({ lots: 6, feeUnits: 6_666, heldUnits: 66_666 })
  })
  it('is none where no whole lot remains', () => {
    expect(offerOf(11_000, 10_000, 1_000)).toBeNull()
  })
})

describe('a bid', () => {
  it('costs lots times price, and nothing that a whole number cannot hold', () => {
    expect(costOf(10, 55)).toBe(550)
    expect(costOf(1_000_000_000, 9_000_000_000)).toBeNull()
  })
  it('may name a price no further from the last than the mall allows', () => {
    expect(pricesAllowed(50, 1_000)).toEqual({ low: 45, high: 55 })
    expect(pricesAllowed(1, 1_000)).toEqual({ low: 1, high: 1 })
    expect(pricesAllowed(50, 20_000)).toEqual({ low: 1, high: 150 })
    expect([pricesAllowed(null, 1_000), pricesAllowed(50, 0)]).toEqual([null, null])
  })
})

describe('a price', () => {
  it('is shown rounded down, never more than it is', () => {
    expect(priceText({ numerator: 40, denominator: 3 })).toBe('¥0.133333')
    expect(priceText({ numerator: 0, denominator: 1 })).toBe('¥0.000000')
    expect([priceText(null), priceText({ numerator: 2 ** 53, denominator: 1 })]).toEqual(['—', '—'])
    expect(drawn({ numerator: 40, denominator: 3 })).toBe(13_333_333n)
  })
})

describe('the calendar of a card', () => {
  const part = (number: number, released_at: string | null) => ({ number, due_on: '2026-03-01', amount: 100, released_at })
  const calendar = [part(1, '2026-03-01T00:00:00Z'), part(2, null), part(3, null)]
  it('has what is released, what comes next, and what is to come', () => {
    const found = standOf({ state: 'running', calendar })
    expect(found.parts.map((one) => one.stand)).toEqual(['released', 'next', 'to_come'])
    expect(found.next?.number).toBe(2)
  })
  it('has nothing to come once the card was revoked', () => {
    const found = standOf({ state: 'revoked', calendar })
    expect(found.parts.map((one) => one.stand)).toEqual(['released', 'taken_back', 'taken_back'])
    expect(found.next).toBeNull()
  })
})

describe('the book', () => {
  it('sums what lies at a price or better', () => {
    const found = depthOf([{ price_fen: 50, lots: 30 }, { price_fen: 51, lots: 10 }])
    expect(found.map((level) => level.sum)).toEqual([30, 40])
    expect(found.map((level) => partOf(level.sum, 40))).toEqual(['75%', '100%'])
  })
  it('never draws little as nothing', () => {
    expect([partOf(1, 1_000_000), partOf(0, 10), partOf(3, 0), partOf(20, 10)]).toEqual(['0.01%', '0%', '0%', '100%'])
  })
})

describe('a chart', () => {
  it('runs from the left edge to the right, low at the bottom', () => {
    expect(pathOf([1n, 3n, 2n], { low: 1n, high: 3n })).toBe('M0 290L500 10L1000 150')
    expect(rangeOf([2n, 1n, 3n])).toEqual({ low: 1n, high: 3n })
    expect(rangeOf([])).toBeNull()
  })
  it('draws one value, or always the same, as a level line', () => {
    expect(pathOf([7n], { low: 7n, high: 7n })).toBe('M0 150H1000')
    expect(fromTop(7n, { low: 7n, high: 7n }, 300)).toBe(150)
  })
  it('becomes a mask that carries no colour of its own', () => {
    expect(decodeURIComponent(maskOf('M0 1H2', true))).toContain("d='M0 1H2'")
  })
  it('gives each candle its wick and its body', () => {
    const [first, second] = candlesOf([
      { open_fen: 50, high_fen: 60, low_fen: 40, close_fen: 55 },
      { open_fen: 55, high_fen: 55, low_fen: 50, close_fen: 50 },
    ])
    expect(first).toEqual({ left: '0%', width: '3.5%', wickTop: '0%', wickHeight: '100%', bodyTop: '25%', bodyHeight: '25%', rises: true })
    expect(second).toMatchObject({ left: '5%', wickTop: '25%', wickHeight: '25%', rises: false })
    expect(candlesOf([])).toEqual([])
  })
})
