// After the H5 build: copies what is served at the root, writes the worker's list of files, compresses everything
// that gains by it, and prints what the first view weighs.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const built = join(root, 'dist/build/h5')
const COMPRESSED = /\.(?:js|css|html|json|svg|webmanifest)$/

// What the home page needs besides the shell is named in the page, so that it is asked for at once and not one after the
// other: each way and back is half a second on a slow line.
export function withPreloads(html, names) {
  const wanted = names.filter((name) => /^(?:pages-home-index|sayings-zh-Hans)[.-].*\.(?:js|css)$/.test(name))
  const links = wanted.map((name) =>
    name.endsWith('.js') ? `<link rel="modulepreload" crossorigin href="/assets/${name}">` : `<link rel="preload" as="style" href="/assets/${name}">`)
  return html.replace('<!--preload-links-->', links.join('\n    '))
}

export function filesOfFirstView(html) {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path)
}

const everyFile = () =>
  readdirSync(built, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))

function main() {
  cpSync(join(root, 'public-root'), built, { recursive: true })
  const html = withPreloads(readFileSync(join(built, 'index.html'), 'utf8'), readdirSync(join(built, 'assets')))
  writeFileSync(join(built, 'index.html'), html)
  const named = everyFile().filter((path) => /assets\/.*\.(?:js|css)$/.test(path)).map((path) => `/${relative(built, path)}`).sort()
  const build = createHash('sha256').update(html).update(named.join()).digest('hex').slice(0, 12)
  const worker = readFileSync(join(root, 'public-root/service-worker.js'), 'utf8')
  writeFileSync(join(built, 'service-worker.js'), worker.replace('__BUILD__', build).replace('__FILES__', JSON.stringify(named)))
  for (const path of everyFile().filter((one) => COMPRESSED.test(one))) {
    const content = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(content))
  }
  const weight = filesOfFirstView(html).map((path) => [path, readFileSync(join(built, `${path}.gz`)).length])
  console.log(`First view: ${weight.reduce((sum, [, bytes]) => sum + bytes, 0)} bytes of gzip in ${weight.length} files`)
}

if (existsSync(join(built, 'index.html'))) main()
else throw new Error('Build first: npm run build:h5')
