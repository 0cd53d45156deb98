/** vue-i18n with the words that scripts/assemble.mjs gathers; a language is loaded when it is first wanted. */
import { nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import { begin, keep, type Language } from './language'
// #ifndef H5
import english from '@/sayings/en.json'
import traditional from '@/sayings/zh-Hant.json'
import simplified from '@/sayings/zh-Hans.json'
// #endif

export const i18n = createI18n({ legacy: false, locale: 'zh-Hans', fallbackLocale: 'zh-Hans', messages: {}, missingWarn: false, fallbackWarn: false })

type Words = Record<string, never>

async function wordsOf(language: Language): Promise<Words> {
  let found: unknown
  // #ifdef H5
  if (language === 'en') found = (await import('@/sayings/en.json')).default
  else if (language === 'zh-Hant') found = (await import('@/sayings/zh-Hant.json')).default
  else found = (await import('@/sayings/zh-Hans.json')).default
  // #endif
  // #ifndef H5
  found = { en: english, 'zh-Hant': traditional, 'zh-Hans': simplified }[language]
  // #endif
  return found as Words
}

/** Show the pages in this language from here on. */
export async function speak(language: Language): Promise<void> {
  i18n.global.setLocaleMessage(language, await wordsOf(language))
  i18n.global.locale.value = language
  keep(language)
  // #ifdef H5
  document.documentElement.lang = language
  // #endif
  await nextTick()
}

export const speakAtFirst = (): Promise<void> => speak(begin())
