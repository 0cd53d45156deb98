import { describe, expect, it } from 'vitest'
import { feeIsComingBack, hasOffice, intentionOf, levelOf } from '../src/apps/agency/applying'

const ended = { state: 'refused' as const, paid_at: '2026-03-02T04:00:00Z', is_fee_back: false, fee_fen: 2_000_000 }
const level = (name: 'county' | 'city') => ({ level: name, fee_fen: 1, seats: 1, left: 1, card_points: 0, card_months: 12 })

describe('an application for an agency', () => {
  it('says that a fee is coming back only where one was paid and has not arrived', () => {
    expect(feeIsComingBack(ended)).toBe(true)
    expect(feeIsComingBack({ ...ended, state: 'withdrawn' })).toBe(true)
    expect(feeIsComingBack({ ...ended, is_fee_back: true })).toBe(false)
    expect(feeIsComingBack({ ...ended, paid_at: null })).toBe(false)
    expect(feeIsComingBack({ ...ended, fee_fen: 0 })).toBe(false)
    expect(feeIsComingBack({ ...ended, state: 'approved' })).toBe(false)
  })
  it('shows the workbench to whoever was approved, and to nobody whose agency ended', () => {
    expect(hasOffice([{ state: 'ended' }, { state: 'approved' }])).toBe(true)
    expect(hasOffice([{ state: 'ended' }, { state: 'paid' }])).toBe(false)
  })
  it('is another intention for another region and for another fee', () => {
    expect(new Set([intentionOf('440106', 1), intentionOf('440106', 2), intentionOf('440104', 1)]).size).toBe(3)
  })
  it('takes the fee of its level', () => {
    expect(levelOf([level('city'), level('county')], 'county')?.level).toBe('county')
    expect(levelOf([], 'county')).toBeUndefined()
  })
})
