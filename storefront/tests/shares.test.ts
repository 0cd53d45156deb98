import { expect, test } from 'vitest'
import { counted, mostShares, sharesOf } from '../src/apps/shares/amounts'

test('a number of shares is whole and above zero', () => {
  expect(['1', ' 20 ', '1000000000000'].map(sharesOf)).toEqual([1, 20, 1_000_000_000_000])
  expect(['', '0', '-1', '1.5', '1e3', 'a', '10000000000000'].map(sharesOf)).toEqual([null, null, null, null, null, null, null])
})

test('one can have what the points pay, and no more than are left', () => {
  expect(mostShares(749_999, 75_000, 100)).toBe(9)
  expect(mostShares(750_000, 75_000, 100)).toBe(10)
  expect(mostShares(750_000, 75_000, 3)).toBe(3)
  expect(mostShares(0, 75_000, 3)).toBe(0)
})

test('counts have separators', () => {
  expect([0, 999, 1_000, 20_000_000].map(counted)).toEqual(['0', '999', '1,000', '20,000,000'])
})
