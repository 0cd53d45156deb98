import { describe, expect, it } from 'vitest'
import { language } from '@/kit/language'
import { chosen, conditions, tenths, worth } from '@/kit/coupons'

const TERMS = { kind: 'amount_off', amount_fen: 1000, rate_bp: 0, cap_fen: 0, least_fen: 10_000, scope_kind: 'all', allows_packs: true } as const
const say = (key: string, values: Record<string, string> = {}): string => [key, ...Object.values(values)].join(' ')

describe('what a coupon says', () => {
  it('says a rate in tenths, without floats', () => {
    expect([1000, 1500, 250, 9999, 5000].map(tenths)).toEqual(['9', '8.5', '9.75', '0.001', '5'])
  })
  it('says what it takes off and on which conditions', () => {
    expect(worth(TERMS, say, 'CNY')).toBe('¥10.00')
    expect(conditions(TERMS, say, 'CNY')).toBe('coupons.least ¥100.00 · coupons.scope.all')
    const rate = { ...TERMS, kind: 'rate_off', rate_bp: 1000, cap_fen: 5000, least_fen: 0, allows_packs: false } as const
    expect(worth(rate, say, 'CNY')).toBe('coupons.rate 9')
    language.value = 'en'
    expect(worth(rate, say, 'CNY')).toBe('coupons.rate 10%')
    language.value = 'zh-Hans'
    expect(conditions(rate, say, 'CNY')).toBe('coupons.no_least · coupons.cap ¥50.00 · coupons.scope.all · coupons.no_packs')
  })
})

describe('which coupon the checkout uses', () => {
  const usable = [{ coupon: { coupon_id: 7 } }, { coupon: { coupon_id: 8 } }]
  it('proposes the best, keeps what was picked while it can be used, and takes no for an answer', () => {
    expect(chosen(usable, undefined)).toBe(7)
    expect(chosen(usable, 8)).toBe(8)
    expect(chosen(usable, 9)).toBe(7)
    expect(chosen(usable, null)).toBeNull()
    expect(chosen([], undefined)).toBeNull()
  })
})
