/** The income card: every state that the server's answer can put it in. */
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import TbButton from '@/components/tb-button.vue'
import TbTabs from '@/components/tb-tabs.vue'
import TrustIncome from '@/pages/trust/income.vue'
import { answer } from './kit/setup'

const group = {
  title: '', ranks: [], members: 10, earned_nothing: 7, nothing_of_hundred: 70, quarter_fen: 0, median_fen: 0, three_quarters_fen: 2400, ninety_fen: 3600,
  ninety_nine_fen: 6000, most_fen: 6000, mean_fen: 1200, top_hundredth_bp: 5000, top_tenth_bp: 5000, spent_median_fen: 10000,
}
const told = (state: string, periods: unknown[] = []) => ({
  statusCode: 200,
  data: { state, as_of: state === 'not_counted' ? null : '2026-03-14T04:00:00Z', members: 10, smallest_group: 5, method: '收入是已解冻的奖励。', periods },
})
const periods = [
  { period: 'year', since: '2025-03-14T04:00:00Z', everybody: group, groups: [{ ...group, title: '普通会员', ranks: ['member'] }] },
  { period: 'ever', since: null, everybody: { ...group, nothing_of_hundred: 60 }, groups: [] },
]

async function card() {
  const found = mount(TrustIncome, { global: { components: { TbButton, TbTabs }, stubs: { 'tb-icon': true } } })
  await flushPromises()
  return found
}

beforeEach(() => setActivePinia(createPinia()))

describe('the income card', () => {
  it('says in a sentence how many earned nothing, and shows income beside cost', async () => {
    answer(() => told('published', periods))
    const shown = await card()
    expect(shown.get('[data-testid=income-plain]').text()).toBe('每100名会员中,有70人最近12个月没有任何收入。')
    expect(shown.get('[data-testid=income-group-1]').text()).toContain('普通会员')
    expect(shown.get('[data-testid=income-group-0] .cost').text()).toContain('¥100.00')
    expect(shown.text()).toContain('收入是已解冻的奖励。')
  })
  it('turns to all time', async () => {
    answer(() => told('published', periods))
    const shown = await card()
    await shown.get('[data-testid=tab-ever]').trigger('click')
    expect(shown.get('[data-testid=income-plain]').text()).toBe('每100名会员中,有60人从来没有任何收入。')
  })
  it('says so when nothing was counted yet, or too few are there to be shown', async () => {
    answer(() => told('not_counted'))
    expect((await card()).find('[data-testid=income-not-counted]').exists()).toBe(true)
    answer(() => told('too_few'))
    expect((await card()).get('[data-testid=income-too-few]').text()).toContain('少于5人时不公布')
  })
  it('offers another try without a network, and then shows what there is', async () => {
    const shown = await card()
    expect(shown.get('[data-testid=income-offline]').attributes('role')).toBe('alert')
    answer(() => told('published', periods))
    await shown.get('.tb-button').trigger('click')
    await flushPromises()
    expect(shown.find('[data-testid=income-plain]').exists()).toBe(true)
  })
})
