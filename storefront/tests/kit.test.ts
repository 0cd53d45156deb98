import { describe, expect, it } from 'vitest'
import { paragraphs, pictogram } from '@/kit/blocks'
import { icons } from '@/kit/icons'
import pictograms from '@/kit/pictograms.json'
import { nearest } from '@/kit/language'
import { fenOf, percent, points, ratioYuan, yuan } from '@/kit/money'
import { about } from '@/kit/subject'
import { countdown, day, minute } from '@/kit/time'
import { isCardNumber } from '@/pages/identity/card'
import { linesOf, textOf } from '@/pages/checkout/lines'
import { phoneOf } from '@/pages/sign/phone'

describe('what a line is about', () => {
  it('is told without the word of the books', () => {
    expect(['order:20260701', 'points_refund:7', '20260701', ''].map(about)).toEqual(['20260701', '7', '20260701', ''])
  })
})

describe('money', () => {
  it.each([
    [0, '¥0.00'],
    [1, '¥0.01'],
    [99, '¥0.99'],
    [2_376, '¥23.76'],
    [100_000, '¥1,000.00'],
    [999_999_999, '¥9,999,999.99'],
    [-2_376, '−¥23.76'],
  ])('%i fen read %s', (fen, text) => expect(yuan(fen)).toBe(text))

  it('wears the member’s currency', () => {
    expect(yuan(2_376, 'HKD')).toBe('HK$23.76')
    expect(yuan(2_376, 'THB')).toBe('THB 23.76')
  })

  it.each([[0.5], [Number.NaN], [2 ** 53]])('%d is no amount', (value) => expect(() => yuan(value)).toThrow(RangeError))

  it.each([
    ['23.76', 2_376],
    ['1,234.5', 123_450],
    ['１２', 1_200],
    ['¥ 0.10', 10],
    ['7.', 700],
    ['1e3', null],
    ['-1', null],
    ['0.001', null],
    ['', null],
    ['abc', null],
    ['1'.repeat(13), null],
  ])('%s is %s fen', (typed, fen) => expect(fenOf(typed)).toBe(fen))

  it('every amount that is shown can be typed again', () => {
    for (let fen = 0; fen < 1_000_000; fen += 997) expect(fenOf(yuan(fen))).toBe(fen)
  })

  it('points and rates lose no digit', () => {
    expect([points(1_980_000), points(12_345), points(1), points(0)]).toEqual(['198', '1.2345', '0.0001', '0'])
    expect([percent(1_200), percent(1_234), percent(5)]).toEqual(['12%', '12.34%', '0.05%'])
  })

  it('a floor is shown rounded down, never up', () => {
    expect(ratioYuan(279_377, 15_000_000)).toBe('¥0.000186')
    expect(ratioYuan(200, 3, 2)).toBe('¥0.66')
    expect(() => ratioYuan(1, 0)).toThrow(RangeError)
  })
})

describe('time', () => {
  it('is the shop’s, wherever the reader is', () => {
    expect(minute('2026-03-02T04:05:59Z')).toBe('2026-03-02 12:05')
    expect(day('2026-03-02T20:00:00+00:00')).toBe('2026-03-03')
    expect([minute(null), minute('nonsense')]).toEqual(['', ''])
  })
  it('counts down and stops at nothing', () => expect([countdown(3_661), countdown(59), countdown(-5)]).toEqual(['1:01:01', '0:59', '0:00']))
})

describe('what people type', () => {
  it.each([
    ['13800138000', '13800138000'],
    ['+86 138-0013 8000', '13800138000'],
    ['8613800138000', '13800138000'],
    ['12800138000', null],
    ['1380013800', null],
    ['', null],
  ])('the phone %s is %s', (typed, plain) => expect(phoneOf(typed)).toBe(plain))

  it.each([
    ['11010519491231002X', true],
    ['11010519491231002x', true],
    ['110105194912310021', false],
    ['1101051949123100', false],
  ])('the card %s: %s', (typed, isRight) => expect(isCardNumber(typed)).toBe(isRight))

  it('an address of a checkout names what is bought, and nothing odd', () => {
    expect(linesOf('pack-198:1,tea:2')).toEqual([{ sku: 'pack-198', quantity: 1 }, { sku: 'tea', quantity: 2 }])
    expect(linesOf('x:0,:3,../y:1,tea:-1,tea:99999')).toEqual([])
    expect(textOf(linesOf('pack-198:1,tea:2'))).toBe('pack-198:1,tea:2')
  })
})

describe('texts of the operator', () => {
  it('have paragraphs and bold, and HTML stays text', () => {
    expect(paragraphs('一 **二**\n\n<b>三</b>')).toEqual([
      [{ text: '一 ', isStrong: false }, { text: '二', isStrong: true }],
      [{ text: '<b>三</b>', isStrong: false }],
    ])
  })

  it('have links that lead inside the mall, and others stay text', () => {
    expect(paragraphs('见**新**[礼包](product:pack-198)、[茶](category:3)、[钱包](/pages/wallet/index)。')).toEqual([
      [
        { text: '见', isStrong: false },
        { text: '新', isStrong: true },
        { text: '礼包', isStrong: false, target: { kind: 'product', code: 'pack-198' } },
        { text: '、', isStrong: false },
        { text: '茶', isStrong: false, target: { kind: 'category', id: 3 } },
        { text: '、', isStrong: false },
        { text: '钱包', isStrong: false, target: { kind: 'page', path: '/pages/wallet/index' } },
        { text: '。', isStrong: false },
      ],
    ])
    for (const text of ['[x](https://evil.test)', '[x](//evil.test)', '[x](category:0)'])
      expect(paragraphs(text)).toEqual([[{ text, isStrong: false }]])
  })

  it('every icon of the console has a drawing, and an unknown one has that of the apps', () => {
    for (const icon of Object.keys(pictograms)) expect(icons[pictogram(icon)]).toBeTruthy()
    expect(pictogram('local_cafe')).toBe(pictograms.apps)
  })
})

describe('languages', () => {
  it.each([
    ['zh-CN', 'zh-Hans'],
    ['zh', 'zh-Hans'],
    ['zh_TW', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['en-GB', 'en'],
    ['de', 'en'],
  ])('who reads %s gets %s', (wanted, given) => expect(nearest(wanted)).toBe(given))
})
