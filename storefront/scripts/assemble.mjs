// Puts together what several folders bring: pages.json from the base and every app's sub-package, and the icons that
// the sources name, and the words that each folder keeps in words.json (simplified Chinese and English; traditional
// Chinese is converted, a folder's own "zh-Hant" wins). An app adds its pages by having a folder `src/apps/<key>/pages.json`; no shared file is edited.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { traditional } from './chinese.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))

export function assemblePages(base, apps) {
  const subPackages = Object.entries(apps)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, own]) => ({ root: `apps/${key}`, pages: own.pages }))
  return { ...base, subPackages }
}

function everyFile(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

function drawing(name) {
  const path = join(root, 'node_modules/lucide-static/icons', `${name}.svg`)
  if (!existsSync(path)) throw new Error(`There is no icon "${name}" in lucide-static.`)
  const inner = readFileSync(path, 'utf8').replace(/<!--.*?-->/gs, '').match(/<svg[^>]*>(.*)<\/svg>/s)[1]
  return inner.replace(/\s+/g, ' ').trim()
}

// Every <tb-icon name="…"> and icon: '…' of the sources; also both of a choice; names computed otherwise are listed in icons.json.
export function iconsNamed(texts, more) {
  const found = new Set(more)
  for (const text of texts) {
    for (const [, name] of text.matchAll(/<tb-icon\s(?:[^>]*?\s)?name="([a-z0-9-]+)"/g)) found.add(name)
    for (const [, names] of text.matchAll(/<tb-icon\s(?:[^>]*?\s)?:name="([^"]*)"/g))
      for (const [, name] of names.matchAll(/[?:]\s*'([a-z0-9-]+)'/g)) found.add(name)
    for (const [, name] of text.matchAll(/\sicon(?:="|: ')([a-z0-9-]+)["']/g)) found.add(name)
  }
  return [...found].sort()
}

export function flat(words, prefix = '') {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value]] : flat(value, `${prefix}${key}.`))
}

function converted(words, convert, own = {}) {
  return Object.fromEntries(Object.entries(words).map(([key, value]) =>
    [key, typeof value === 'string' ? (own[key] ?? convert(value)) : converted(value, convert, own[key])]))
}

// What each area says, in three languages; an area that leaves a sentence out in one of them is named.
export function assembleWords(areas) {
  const all = { 'zh-Hans': {}, 'zh-Hant': {}, en: {} }
  for (const [area, words] of Object.entries(areas)) {
    const [chinese, english] = ['zh-Hans', 'en'].map((language) => flat(words[language] ?? {}).map(([key]) => key).sort())
    const alone = [...chinese.filter((key) => !english.includes(key)), ...english.filter((key) => !chinese.includes(key))]
    if (alone.length) throw new Error(`${area}/words.json: only in one language: ${alone.join(', ')}`)
    all['zh-Hans'][area] = words['zh-Hans']
    all.en[area] = words.en
    all['zh-Hant'][area] = converted(words['zh-Hans'], traditional, words['zh-Hant'])
  }
  return all
}

function wordsOfFolders() {
  const found = { kit: read('src/kit/words.json') }
  for (const parent of ['src/pages', 'src/apps']) {
    for (const entry of readdirSync(join(root, parent), { withFileTypes: true })) {
      const path = join(parent, entry.name, 'words.json')
      if (existsSync(join(root, path))) found[entry.name] = read(path)
    }
  }
  return found
}

function main() {
  // A fresh clone without business apps has no such folder: git keeps none that is empty.
  mkdirSync(join(root, 'src/apps'), { recursive: true })
  mkdirSync(join(root, 'src/sayings'), { recursive: true })
  for (const [language, words] of Object.entries(assembleWords(wordsOfFolders())))
    writeFileSync(join(root, `src/sayings/${language}.json`), `${JSON.stringify(words, null, 1)}\n`)

  const keys = readdirSync(join(root, 'src/apps'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, 'src/apps', entry.name, 'pages.json')))
    .map((entry) => entry.name)
  const apps = Object.fromEntries(keys.map((key) => [key, read(`src/apps/${key}/pages.json`)]))
  const pages = assemblePages(read('src/pages.base.json'), apps)
  writeFileSync(join(root, 'src/pages.json'), `${JSON.stringify(pages, null, 2)}\n`)

  const texts = everyFile('src').filter((path) => path.endsWith('.vue') || path.endsWith('.ts')).map((path) => readFileSync(path, 'utf8'))
  const names = iconsNamed(texts, read('src/kit/icons.json'))
  const lines = names.map((name) => `  '${name}': '${drawing(name).replaceAll("'", "\\'")}',`)
  writeFileSync(
    join(root, 'src/kit/icons.ts'),
    `// Written by scripts/assemble.mjs from lucide-static (ISC licence).\nexport const icons: Record<string, string> = {\n${lines.join('\n')}\n}\n`,
  )
  console.log(`${pages.pages.length} pages, ${keys.length} apps, ${names.length} icons`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
