import { expect, test } from 'vitest'
import { isGood, wanted } from '@/pages/checkout/points'

const shown = { amount_fen: 2000, units: 400000, quote: 'signed' }

test('a quote can be sent until ten seconds before its minute ends', () => {
  expect(isGood(shown, 2000, 0)).toBe(true)
  expect(isGood(shown, 2000, 49_999)).toBe(true)
  expect(isGood(shown, 2000, 50_000)).toBe(false)
})

test('a quote for another amount is none, nor one of a clock that went back', () => {
  expect(isGood(shown, 1999, 0)).toBe(false)
  expect(isGood(null, 2000, 0)).toBe(false)
  expect(isGood(shown, 2000, -1)).toBe(false)
})

test('nobody pays more with points than is possible, and all of it unless they say less', () => {
  expect(wanted(null, 5000)).toBe(5000)
  expect(wanted(2000, 5000)).toBe(2000)
  expect(wanted(9999, 5000)).toBe(5000)
  expect(wanted(-1, 5000)).toBe(0)
})
