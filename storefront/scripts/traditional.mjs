// Writes tongbao/kit/traditional.json: how the server's own Chinese sentences are written in traditional Chinese.
// Every character that has another form, and of the words that need more than their characters (账户 → 帳戶, 以后 → 以後)
// those that occur in the server's texts. Made with the converter that makes the pages' own words (OpenCC's tables).
// With --check it writes nothing, and fails when a text of the server needs a word that the table lacks.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seams, traditional } from './chinese.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const TABLE = join(root, 'tongbao/kit/traditional.json')
const LONGEST = 6
const RUN = /[\u3400-\u9fff]{2,}/g
const KINDS = /\.(py|po|yaml|html)$/
const NO_TEXT = /\/(tests|migrations|data|__pycache__)\//

/** The longest word of the table that begins here, else the character's other form, else the character. */
export function compose(text, { characters, words }) {
  let written = ''
  for (let at = 0; at < text.length; ) {
    let length = Math.min(LONGEST, text.length - at)
    while (length > 1 && !Object.hasOwn(words, text.slice(at, at + length))) length -= 1
    const piece = text.slice(at, at + length)
    written += length > 1 ? words[piece] : (characters[piece] ?? piece)
    at += length
  }
  return written
}

/** Characters first, then the shortest words that the converter writes otherwise than what is known so far. */
export function tableFor(runs, convert) {
  const table = { characters: {}, words: {} }
  for (let point = 0x3400; point <= 0x9fff; point += 1) {
    const one = String.fromCharCode(point)
    const other = convert(one)
    if (other !== one && other.length === 1) table.characters[one] = other
  }
  for (let length = 2; length <= LONGEST; length += 1)
    for (const run of runs) {
      const cuts = seams(run)
      for (let at = 0; at + length <= run.length; at += 1) {
        if (!cuts.has(at) || !cuts.has(at + length)) continue
        const piece = run.slice(at, at + length)
        const wanted = convert(piece)
        if (compose(piece, table) !== wanted) table.words[piece] = wanted
      }
    }
  return table
}

export function lacking(runs, convert, table) {
  return runs.filter((run) => compose(run, table) !== convert(run))
}

function runsOfServer() {
  const files = readdirSync(join(root, 'tongbao'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && KINDS.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !NO_TEXT.test(path))
  const found = new Map()
  for (const path of files.sort())
    for (const [run] of readFileSync(path, 'utf8').matchAll(RUN)) if (!found.has(run)) found.set(run, relative(root, path))
  return found
}

const sorted = (pairs) => Object.fromEntries(Object.entries(pairs).sort(([left], [right]) => (left < right ? -1 : 1)))

function main() {
  const found = runsOfServer()
  const runs = [...found.keys()]
  if (process.argv.includes('--check')) {
    const missing = lacking(runs, traditional, JSON.parse(readFileSync(TABLE, 'utf8')))
    if (!missing.length) return
    for (const run of missing.slice(0, 20)) console.error(`${found.get(run)}: ${run} should be ${traditional(run)}`)
    console.error('tongbao/kit/traditional.json lacks words. Write it anew: npm --prefix storefront run traditional')
    process.exit(1)
  }
  const { characters, words } = tableFor(runs, traditional)
  const table = { characters: sorted(characters), words: sorted(words) }
  const left = lacking(runs, traditional, table)
  for (const run of left) table.words[run] = traditional(run)
  writeFileSync(TABLE, `${JSON.stringify(table, null, 0)}\n`)
  console.log(`${Object.keys(characters).length} characters, ${Object.keys(table.words).length} words, ${left.length} whole`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
