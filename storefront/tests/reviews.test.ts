/** Stars, averages and pages of reviews: whole numbers, no review twice, and keys that give stars. */
import { mount } from '@vue/test-utils'
import { describe, expect, it, test } from 'vitest'
import TbRate from '@/components/tb-rate.vue'
import TbStars from '@/components/tb-stars.vue'
import { percentOf, scoreOf, starsAfter } from '@/kit/stars'
import { acts } from '@/pages/orders/reviewing'
import { begun, joined } from '@/pages/product/reviews'

test('an average in tenths reads as stars', () => {
  expect([10, 35, 47, 50].map(scoreOf)).toEqual(['1.0', '3.5', '4.7', '5.0'])
})

test('a share is rounded, a half upwards, and is never one of nothing', () => {
  expect(percentOf(1, 3)).toBe(33)
  expect(percentOf(1, 8)).toBe(13)
  expect(percentOf(3, 3)).toBe(100)
  expect(percentOf(0, 0)).toBe(0)
})

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 5, 5],
  ['ArrowUp', 2, 3],
  ['ArrowLeft', 1, 1],
  ['ArrowLeft', 0, 1],
  ['ArrowDown', 4, 3],
  ['Home', 4, 1],
  ['End', 0, 5],
  ['a', 3, null],
])('the key %s makes of %s stars %s', (key, stars, after) => {
  expect(starsAfter(key, stars)).toBe(after)
})

const review = (id: number): { review_id: number } => ({ review_id: id })

test('pages join to a list; a short page is the last, and nothing is shown twice', () => {
  const first = joined(begun<{ review_id: number }>(), [review(9), review(8)], 2)
  expect(first).toEqual({ items: [review(9), review(8)], isWhole: false })
  expect(joined(first, [review(8)], 2)).toEqual({ items: [review(9), review(8)], isWhole: true })
  expect(joined(first, [], 2).isWhole).toBe(true)
})

describe('stars to give', () => {
  it('are one stop for the tab key, and arrows move between them', async () => {
    const stars = mount(TbRate as never, { props: { modelValue: 3, label: '星级' } as never, attachTo: document.body })
    const radios = stars.findAll('[role=radio]')
    expect(radios.map((one) => one.attributes('tabindex'))).toEqual(['-1', '-1', '0', '-1', '-1'])
    expect(radios.map((one) => one.attributes('aria-checked'))).toEqual(['false', 'false', 'true', 'false', 'false'])
    await stars.trigger('keydown', { key: 'ArrowRight' })
    await radios[0]?.trigger('click')
    expect(stars.emitted('update:modelValue')).toEqual([[4], [1]])
    stars.unmount()
  })
  it('are read aloud as a number', () => {
    const stars = mount(TbStars as never, { props: { tenths: 47 } as never })
    expect(stars.attributes('aria-label')).toContain('4.7')
    expect(stars.find('.given').attributes('style')).toContain('94%')
  })
})

test.each([
  ['open', null, 'write'],
  ['reviewed', { can_follow_up: true }, 'follow_up'],
  ['reviewed', { can_follow_up: false }, 'read'],
  ['too_late', null, ''],
  ['refunded', null, ''],
  ['not_received', null, ''],
  ['no_product', null, ''],
] as const)('a line that is %s leads to %s', (standing, own, act) => {
  expect(acts({ standing, review: own })).toBe(act)
})
