/** A stand-in for the global `uni`: storage in memory, requests answered by `answer`. */
import { config } from '@vue/test-utils'
import { beforeEach, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import simplified from '@/sayings/zh-Hans.json'

type Options = { url: string; method: string; data?: unknown; header: Record<string, string>; success: (answer: unknown) => void; fail: () => void }
type Answer = (options: Options) => { statusCode: number; data?: unknown } | 'offline'

let storage = new Map<string, unknown>()
let answers: Answer = () => 'offline'
export const asked: Options[] = []
export const answer = (by: Answer): void => void (answers = by)

beforeEach(() => {
  storage = new Map()
  asked.length = 0
  answers = () => 'offline'
})

const uni = {
  getStorageSync: (key: string) => storage.get(key) ?? '',
  setStorageSync: (key: string, value: unknown) => void storage.set(key, value),
  removeStorageSync: (key: string) => void storage.delete(key),
  getSystemInfoSync: () => ({ language: 'zh-CN' }),
  request: (options: Options) => {
    asked.push(options)
    const said = answers(options)
    queueMicrotask(() => (said === 'offline' ? options.fail() : options.success(said)))
  },
  navigateTo: vi.fn(),
  redirectTo: vi.fn(),
  switchTab: vi.fn(),
  navigateBack: vi.fn(),
  setClipboardData: vi.fn(),
  $on: vi.fn(),
  $off: vi.fn(),
  $emit: vi.fn(),
}
vi.stubGlobal('uni', uni)
vi.stubGlobal('getCurrentPages', () => [{ route: 'pages/wallet/index' }])

config.global.plugins = [createI18n({ legacy: false, locale: 'zh-Hans', messages: { 'zh-Hans': simplified as never } })]
