/** Which language the reader wants, remembered on the device; the words of all pages, and the switch at run time. */
import { ref } from 'vue'

export const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export const NAMES: Record<Language, string> = { 'zh-Hans': '简体中文', 'zh-Hant': '繁體中文', en: 'English' }

const KEPT = 'tongbao.language'

/** zh-TW, zh-HK, zh-Hant-… → traditional; other Chinese → simplified; everything else → English. */
export function nearest(wanted: string): Language {
  const plain = wanted.toLowerCase().replace('_', '-')
  if (!plain.startsWith('zh')) return 'en'
  return /hant|tw|hk|mo/.test(plain) ? 'zh-Hant' : 'zh-Hans'
}

function atFirst(): Language {
  const kept = uni.getStorageSync(KEPT) as Language
  if (LANGUAGES.includes(kept)) return kept
  return nearest(uni.getSystemInfoSync().language || 'zh')
}

export const language = ref<Language>('zh-Hans')
export const begin = (): Language => (language.value = atFirst())

export function keep(chosen: Language): void {
  uni.setStorageSync(KEPT, chosen)
  language.value = chosen
}

export const languageHeader = (): string =>
  ({ 'zh-Hans': 'zh-hans', 'zh-Hant': 'zh-hant,zh-hans;q=0.9', en: 'en' })[language.value]
