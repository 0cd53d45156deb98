import { describe, expect, it } from 'vitest'
import { addressOf, call } from '@/api/call'
import { Offline, Refused, SessionExpired } from '@/api/errors'
import { isSignedIn, remember } from '@/api/token'
import { keyFor, settled } from '@/kit/key'
import { remember as search, searches } from '@/pages/search/history'
import { piecesLeft, totalOf, wishesOf, worthOf } from '@/pages/orders/wishes'
import { answer, asked } from './kit/setup'

describe('a request', () => {
  it('has its path and its query in the address, and nothing that is empty', () => {
    expect(addressOf('/orders/{number}', { path: { number: 'A/1' }, query: { limit: 5, before: null, search: '' } })).toBe('/api/v1/orders/A%2F1?limit=5')
  })

  it('bears the token of an app, and the language of its reader', async () => {
    answer(() => ({ statusCode: 200, data: { ok: true } }))
    remember({ token: 'secret' })
    expect(await call('GET', '/me', {})).toEqual({ ok: true })
    expect(asked[0].header).toMatchObject({ Authorization: 'Bearer secret', 'Accept-Language': 'zh-hans' })
  })

  it('that is refused says why, by a stable code and by field', async () => {
    answer(() => ({ statusCode: 422, data: { error: { code: 'invalid_input', message: '请核对', request_id: 'r1', fields: [{ field: 'body.phone', why: '不对' }] } } }))
    const error = (await call('POST', '/codes', { body: {} }).catch((one) => one)) as Refused
    expect(error).toBeInstanceOf(Refused)
    expect([error.code, error.message, error.why('phone'), error.requestId]).toEqual(['invalid_input', '请核对', '不对', 'r1'])
  })

  it('answered by a proxy’s page is refused without words of its own', async () => {
    answer(() => ({ statusCode: 502, data: '<html>Bad gateway</html>' }))
    expect(await call('GET', '/me', {}).catch((one) => one)).toMatchObject({ code: 'unknown', message: '' })
  })

  it('without a network is offline', async () => {
    expect(await call('GET', '/me', {}).catch((one) => one)).toBeInstanceOf(Offline)
  })

  it('of somebody whose session ended forgets them', async () => {
    remember({ token: 'old' })
    answer(() => ({ statusCode: 401, data: {} }))
    expect(await call('GET', '/me', {}).catch((one) => one)).toBeInstanceOf(SessionExpired)
    expect(isSignedIn()).toBe(false)
  })
})

describe('an intention', () => {
  it('keeps its key until its answer is known', () => {
    const first = keyFor('order:pack-198:1')
    expect(keyFor('order:pack-198:1')).toBe(first)
    expect(keyFor('order:tea:1')).not.toBe(first)
    settled('order:pack-198:1')
    expect(keyFor('order:pack-198:1')).not.toBe(first)
    expect(first).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a refund in part', () => {
  const lines = [
    { position: 1, price_fen: 19_800, quantity: 2, pieces_back: 0, refundable_fen: 39_600 },
    { position: 2, price_fen: 6_900, quantity: 1, pieces_back: 0, refundable_fen: 5_000 },
  ]
  it('is worth its pieces, and never more than is left', () => {
    expect(worthOf(lines[0], 1)).toBe(19_800)
    expect(worthOf(lines[1], 1)).toBe(5_000)
    expect(piecesLeft({ ...lines[0], pieces_back: 1 })).toBe(1)
  })
  it('adds up what is asked for, an own amount instead of a price', () => {
    const wishes = wishesOf(lines, { 1: 1 }, { 2: 300 })
    expect(wishes).toEqual([{ position: 1, pieces: 1, amount_fen: null }, { position: 2, pieces: 0, amount_fen: 300 }])
    expect(totalOf(lines, wishes)).toBe(20_100)
    expect(wishesOf(lines, {}, {})).toEqual([])
  })
})

describe('searches', () => {
  it('are kept once each, the newest first, ten at most', () => {
    for (let one = 0; one < 12; one++) search(`茶${one}`)
    search('茶5')
    search('  ')
    expect(searches()).toHaveLength(10)
    expect(searches().slice(0, 2)).toEqual(['茶5', '茶11'])
  })
})
