/** What the tenant's home page is composed of: words in the reader's language, targets that lead somewhere. */
import type { Schemas } from '@/api/operations'
import { go } from './go'
import { language } from './language'
import pictograms from './pictograms.json'

/** What the mall says, in the reader's language and writing; where that has no words, the Chinese ones. */
export function inLanguage(chinese: string, english: string, traditional: string): string {
  const written = { en: english, 'zh-Hant': traditional, 'zh-Hans': chinese }[language.value]
  return written || chinese
}

type Target = Schemas['GridItemOut']['target'] | null | undefined

/** Open what a picture or a cell leads to; nothing happens where it leads nowhere. */
export function openTarget(target: Target): void {
  if (!target) return
  if (target.kind === 'product') go('/pages/product/index', { code: target.code })
  else if (target.kind === 'category') go('/pages/search/index', { category: target.id })
  else go(target.path)
}

/** Our drawing of an icon that the console knows by its Material Symbols name; the apps' for one we have none of. */
export const pictogram = (icon: string): string => (pictograms as Record<string, string>)[icon] ?? pictograms.apps

export interface Piece {
  text: string
  isStrong: boolean
  target?: Target
}

const LINK = /\[([^[\]\n]+)\]\(([^()\s]+)\)/g

/** Where a link leads: a page, product:code or category:number. The server takes no other. */
function targetOf(address: string): Target {
  const [kind, rest] = address.split(':')
  if (kind === 'product' && rest) return { kind, code: rest }
  if (kind === 'category' && /^[1-9]\d*$/.test(rest ?? '')) return { kind, id: Number(rest) }
  return address.startsWith('/pages/') ? { kind: 'page', path: address } : null
}

function strong(part: string): Piece[] {
  return part
    .split(/(\*\*[^*]+\*\*)/)
    .filter(Boolean)
    .map((one) => (one.startsWith('**') && one.endsWith('**') && one.length > 4 ? { text: one.slice(2, -2), isStrong: true } : { text: one, isStrong: false }))
}

function pieces(line: string): Piece[] {
  const found: Piece[] = []
  let end = 0
  for (const link of line.matchAll(LINK)) {
    const target = targetOf(link[2])
    if (!target) continue
    found.push(...strong(line.slice(end, link.index)), { text: link[1], isStrong: false, target })
    end = link.index + link[0].length
  }
  return [...found, ...strong(line.slice(end))]
}

/** Paragraphs of plain text with **bold** and [links](product:code) inside the mall. No HTML is ever read. */
export function paragraphs(text: string): Piece[][] {
  return text
    .split(/\n+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map(pieces)
}
