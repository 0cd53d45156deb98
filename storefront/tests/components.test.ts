/** What somebody notices of the components: what a press does, what a screen reader is told, what keys do. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import TbButton from '@/components/tb-button.vue'
import TbField from '@/components/tb-field.vue'
import TbMoney from '@/components/tb-money.vue'
import TbPage from '@/components/tb-page.vue'
import TbSheet from '@/components/tb-sheet.vue'
import TbStepper from '@/components/tb-stepper.vue'
import TbTabs from '@/components/tb-tabs.vue'

let mounted: VueWrapper | null = null

function show(component: unknown, props: Record<string, unknown>, words = ''): VueWrapper {
  mounted = mount(component as never, {
    props: props as never,
    slots: words ? { default: words } : {},
    attachTo: document.body,
    global: { components: { TbButton, TbMoney }, stubs: { 'tb-icon': true, TbIcon: true } },
  })
  return mounted
}

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  mounted?.unmount()
  mounted = null
})

describe('a button', () => {
  it('tells that it was pressed', async () => {
    const button = show(TbButton, {}, '提交')
    await button.trigger('click')
    expect(button.emitted('press')).toHaveLength(1)
    expect(button.attributes('aria-disabled')).toBe('false')
  })
  it('is not pressed a second time while it is busy', async () => {
    const button = show(TbButton, {}, '提交')
    await button.trigger('click')
    await button.setProps({ busy: true })
    await button.trigger('click')
    expect(button.emitted('press')).toHaveLength(1)
    expect(button.attributes('aria-busy')).toBe('true')
  })
  it('is neither pressed nor reached by the keyboard while it is off', async () => {
    const button = show(TbButton, { disabled: true }, '提交')
    await button.trigger('click')
    expect(button.emitted('press')).toBeUndefined()
    expect(button.attributes('tabindex')).toBe('-1')
  })
})

describe('a field', () => {
  const about = { name: 'amount', label: '提现金额', modelValue: '' }

  it('has a label that a screen reader meets at the input', async () => {
    const field = show(TbField, about)
    await nextTick()
    expect(field.get('input').attributes('aria-label')).toBe('提现金额')
    expect(field.get('input').attributes('aria-describedby')).toBeUndefined()
  })
  it('ties its error to the input, also one that comes later, and lets go of it', async () => {
    const field = show(TbField, about)
    await field.setProps({ error: '最少提现10元' })
    await nextTick()
    const input = field.get('input')
    expect(input.attributes('aria-invalid')).toBe('true')
    const said = field.get(`#${input.attributes('aria-describedby')}`)
    expect(said.text()).toBe('最少提现10元')
    expect(said.attributes('role')).toBe('alert')
    await field.setProps({ error: '' })
    await nextTick()
    expect(input.attributes('aria-invalid')).toBe('false')
    expect(input.attributes('aria-describedby')).toBeUndefined()
  })
  it('shows the error in place of the hint', async () => {
    const field = show(TbField, { ...about, hint: '可提现 ¥23.76' })
    expect(field.text()).toContain('可提现')
    await field.setProps({ error: '余额不足' })
    expect(field.text()).not.toContain('可提现')
  })
  it('hands on what is typed', () => {
    const field = show(TbField, about)
    field.get('input').element.dispatchEvent(new CustomEvent('input', { detail: { value: '23.76' } }))
    expect(field.emitted('update:modelValue')).toEqual([['23.76']])
  })
})

describe('a stepper', () => {
  const about = { modelValue: 1, most: 3, label: '数量', less: '减少', more: '增加' }

  it('goes no lower than one and no higher than there is', async () => {
    const stepper = show(TbStepper, about)
    const [less, more] = stepper.findAll('[role=button]')
    await less!.trigger('click')
    expect(stepper.emitted('update:modelValue')).toBeUndefined()
    expect(less!.attributes('aria-disabled')).toBe('true')
    await more!.trigger('click')
    await stepper.setProps({ modelValue: 3 })
    await more!.trigger('click')
    expect(stepper.emitted('update:modelValue')).toEqual([[2]])
    expect(more!.attributes('aria-disabled')).toBe('true')
  })
})

describe('tabs', () => {
  it('say which is chosen and hand on another', async () => {
    const tabs = show(TbTabs, { tabs: [{ key: 'year', title: '最近12个月' }, { key: 'ever', title: '开业以来' }], modelValue: 'year', label: '期间' })
    expect(tabs.findAll('[role=tab]').map((tab) => tab.attributes('aria-selected'))).toEqual(['true', 'false'])
    await tabs.get('[data-testid=tab-ever]').trigger('click')
    expect(tabs.emitted('update:modelValue')).toEqual([['ever']])
  })
})

describe('a sheet', () => {
  it('takes the focus when it opens and gives it back when it closes', async () => {
    const opener = document.body.appendChild(document.createElement('button'))
    opener.focus()
    const sheet = show(TbSheet, { open: false, title: '选择规格' }, '内容')
    await sheet.setProps({ open: true })
    await nextTick()
    expect(document.activeElement?.classList.contains('closes')).toBe(true)
    expect(sheet.get('[role=dialog]').attributes('aria-label')).toBe('选择规格')
    await sheet.setProps({ open: false })
    expect(document.activeElement).toBe(opener)
    opener.remove()
  })
  it('closes by Escape, the cross and the shade; when shut, Escape is nothing to it', async () => {
    const sheet = show(TbSheet, { open: false, title: '选择规格' })
    const escape = () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    escape()
    expect(sheet.emitted('close')).toBeUndefined()
    await sheet.setProps({ open: true })
    escape()
    await sheet.get('.closes').trigger('click')
    await sheet.get('.shade').trigger('click')
    expect(sheet.emitted('close')).toHaveLength(3)
  })
})

describe('money', () => {
  it.each([
    [0, '¥0.00'],
    [1, '¥0.01'],
    [999_999_999, '¥9,999,999.99'],
    [-2376, '−¥23.76'],
  ])('%i fen are %s', (fen, said) => {
    expect(show(TbMoney, { fen }).text()).toBe(said)
  })
  it('has a plus only where something came in', () => {
    expect(show(TbMoney, { fen: 2376, plus: true }).text()).toBe('+¥23.76')
    mounted?.unmount()
    expect(show(TbMoney, { fen: 0, plus: true }).text()).toBe('¥0.00')
  })
})

describe('a page', () => {
  it('shows bones while it loads, and what it has when ready', async () => {
    const page = show(TbPage, { title: '公示', state: 'loading' }, '内容')
    expect(page.get('[data-testid=skeleton]').attributes('role')).toBe('status')
    expect(page.text()).not.toContain('内容')
    await page.setProps({ state: 'ready' })
    expect(page.find('[data-testid=skeleton]').exists()).toBe(false)
    expect(page.text()).toContain('内容')
  })
  it.each(['error', 'offline'])('says %s aloud and offers another try', async (state) => {
    const page = show(TbPage, { title: '公示', state })
    expect(page.get(`[data-testid=state-${state}]`).attributes('role')).toBe('alert')
    await page.get('.tb-button').trigger('click')
    expect(page.emitted('retry')).toHaveLength(1)
  })
  it('says what the server said rather than its own words', () => {
    expect(show(TbPage, { title: '公示', state: 'error', said: '方案已停用' }).text()).toContain('方案已停用')
  })
  it('offers to sign in and no second try when the session is over', async () => {
    const page = show(TbPage, { title: '公示', state: 'expired' })
    await page.get('.tb-button').trigger('click')
    expect(page.emitted('retry')).toBeUndefined()
    expect(page.get('.tb-button').text()).toBe('登录')
  })
  it('says that there is nothing, in the page’s own words', () => {
    expect(show(TbPage, { title: '订单', state: 'empty', emptyTitle: '还没有订单' }).get('[data-testid=state-empty]').text()).toContain('还没有订单')
  })
})
