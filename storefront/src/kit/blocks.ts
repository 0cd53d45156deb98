/** What the tenant's home page is composed of: words in the reader's language, targets that lead somewhere. */
import type { Schemas } from '@/api/operations'
import { go } from './go'
import { language } from './language'

/** The English words where English is read and there are some; else the Chinese ones. */
export const inLanguage = (chinese: string, english: string): string => (language.value === 'en' && english ? english : chinese)

type Target = Schemas['GridItemOut']['target'] | null | undefined

/** Open what a picture or a cell leads to; nothing happens where it leads nowhere. */
export function openTarget(target: Target): void {
  if (!target) return
  if (target.kind === 'product') go('/pages/product/index', { code: target.code })
  else if (target.kind === 'category') go('/pages/search/index', { category: target.id })
  else go(target.path)
}

export interface Piece {
  text: string
  isStrong: boolean
}

/** Paragraphs of plain text with **bold**: 'a **b**' → [[a, plain], [b, strong]]. No HTML is ever read. */
export function paragraphs(text: string): Piece[][] {
  return text
    .split(/\n+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) =>
      line
        .split(/(\*\*[^*]+\*\*)/)
        .filter(Boolean)
        .map((part) => (part.startsWith('**') && part.endsWith('**') && part.length > 4 ? { text: part.slice(2, -2), isStrong: true } : { text: part, isStrong: false })),
    )
}
