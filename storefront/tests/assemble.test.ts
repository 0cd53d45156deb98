// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assemblePages, assembleWords, flat, iconsNamed } from '../scripts/assemble.mjs'
import { nameOf, operationOf } from '../scripts/client.mjs'

const ROOT = join(__dirname, '..')

describe('pages of apps', () => {
  it('are sub-packages of their own, in the order of their keys', () => {
    const pages = assemblePages({ pages: [] }, { tasks: { pages: [{ path: 'a' }] }, mining: { pages: [{ path: 'b' }] } })
    expect(pages.subPackages.map((one: { root: string }) => one.root)).toEqual(['apps/mining', 'apps/tasks'])
  })
})

describe('words', () => {
  it('are converted to traditional Chinese; a folder’s own word wins', () => {
    const all = assembleWords({ a: { 'zh-Hans': { 网络: '没有网络', own: '软件' }, en: { 网络: 'No network', own: 'Software' }, 'zh-Hant': { own: '軟體!' } } })
    expect((all['zh-Hant'] as Record<string, unknown>).a).toEqual({ 网络: '沒有網路', own: '軟體!' })
  })

  it('that one language lacks are named', () => {
    expect(() => assembleWords({ a: { 'zh-Hans': { x: '一' }, en: {} } })).toThrow('a/words.json: only in one language: x')
  })

  it('that a page asks for are there, in every folder', () => {
    const words = Object.fromEntries(flat(JSON.parse(readFileSync(join(ROOT, 'src/sayings/zh-Hans.json'), 'utf8'))))
    const files = readdirSync(join(ROOT, 'src'), { recursive: true }).map(String).filter((path) => path.endsWith('.vue') || path.endsWith('.ts'))
    const lacking = files.flatMap((path) => {
      const text = readFileSync(join(ROOT, 'src', path), 'utf8')
      return [...text.matchAll(/\bt\('([\w-]+(?:\.[\w-]+)+)'/g)].map(([, key]) => key).filter((key) => !(key in words)).map((key) => `${path}: ${key}`)
    })
    expect(lacking).toEqual([])
    expect(files.length).toBeGreaterThan(40)
  })

  it('say the same values in both languages', () => {
    const read = (language: string) => Object.fromEntries(flat(JSON.parse(readFileSync(join(ROOT, `src/sayings/${language}.json`), 'utf8')))) as Record<string, string>
    const chinese = read('zh-Hans')
    const english = read('en')
    const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort()
    for (const key of Object.keys(chinese)) expect([key, values(english[key])]).toEqual([key, values(chinese[key])])
  })
})

describe('icons', () => {
  it('are found where they are named, both of a choice too', () => {
    const text = `<tb-icon name="house" /><tb-icon :name="open ? 'chevron-up' : 'chevron-down'" :size="3" /><tb-row icon="scale" />{ key: 'a', icon: 'truck' }`
    expect(iconsNamed([text], ['user'])).toEqual(['chevron-down', 'chevron-up', 'house', 'scale', 'truck', 'user'])
  })
})

describe('the client', () => {
  it.each([
    ['get', '/me/team/members', 'getMeTeamMembers'],
    ['post', '/orders/{number}/pay', 'postOrdersByNumberPay'],
    ['get', '/me/liability-proof', 'getMeLiabilityProof'],
  ])('%s %s is %s', (method, path, name) => expect(nameOf(method, path)).toBe(name))

  it('demands what the API demands, and leaves the rest to choose', () => {
    const text = operationOf('get', '/api/v1/things/{id}', {
      summary: 'A thing', parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'integer' } }, { in: 'query', name: 'limit', schema: { type: 'integer' } }],
      responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingOut' } } } } },
    })
    expect(text).toContain("wish: { path: { id: number }; query?: { limit?: number } }): Promise<Schemas['ThingOut']>")
  })
})
