// Boots the mini-program's bundle in Node against a stand-in for WeChat's `wx`, and mounts every page of app.json: its
// code is loaded, its component made, its hooks called, its data handed to setData. Nothing is drawn; WeChat's own tools
// and a phone do that (docs/publish.md). Ends with 1 and names the pages that fail.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const built = join(root, 'dist/build/mp-weixin')
const QUERY = { code: 'pack-198', number: '2026', id: '1', lines: 'pack-198:1', order: '', invite: '' }

export function boot(folder) {
  const require = createRequire(join(folder, 'app.js'))
  const registered = { app: null, last: null }
  const storage = new Map()
  const asked = []
  const problems = []
  const nothing = () => undefined
  const answers = {
    getSystemInfoSync: () => ({ language: 'zh_CN', platform: 'devtools', pixelRatio: 2, windowWidth: 390, windowHeight: 844, statusBarHeight: 44, SDKVersion: '3.0.0', safeArea: {} }),
    getStorageSync: (key) => storage.get(key) ?? '',
    setStorageSync: (key, value) => void storage.set(key, value),
    removeStorageSync: (key) => void storage.delete(key),
    getLaunchOptionsSync: () => ({ path: 'pages/home/index', query: {}, scene: 1001 }),
    getEnterOptionsSync: () => ({ path: 'pages/home/index', query: {}, scene: 1001 }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'touristappid', envVersion: 'develop' } }),
    request: (options) => {
      asked.push(options.url)
      setTimeout(() => options.fail?.({ errMsg: 'request:fail' }), 0)
      return { abort: nothing }
    },
    canIUse: () => true,
  }
  // Pages for members alone lead whoever isn't signed in to the sign-in page, already while they are mounted.
  for (const name of ['navigateTo', 'redirectTo', 'reLaunch', 'switchTab', 'navigateBack']) {
    answers[name] = (options) => setTimeout(() => options?.success?.({ errMsg: `${name}:ok` }), 0)
  }
  const wx = new Proxy(answers, {
    get: (target, name) => target[name] ?? ((options) => { options?.success?.({}); return {} }),
    has: () => true,
  })
  Object.assign(globalThis, {
    wx,
    App: (options) => (registered.app = options),
    Page: (options) => (registered.last = options),
    Component: (options) => (registered.last = options),
    Behavior: (options) => options,
    getApp: () => registered.app,
    getCurrentPages: () => registered.pages ?? [],
    __wxConfig: {},
  })
  // What Node has and a mini-program hasn't: code that leans on it would break on a phone only.
  for (const name of ['TextEncoder', 'TextDecoder', 'fetch', 'URL', 'URLSearchParams', 'document', 'window', 'localStorage']) delete globalThis[name]
  const keep = console.error
  console.error = (...said) => problems.push(said.map(String).join(' '))
  require('./app.js')
  registered.app.onLaunch?.call(registered.app, answers.getLaunchOptionsSync())
  return { require, registered, asked, problems, restore: () => (console.error = keep) }
}

export async function mount(world, path) {
  world.registered.last = null
  world.require(`./${path}.js`)
  const options = world.registered.last
  if (!options) throw new Error('registers no page')
  const given = []
  const instance = {
    ...options.methods, is: path, route: path, options: QUERY, data: structuredClone(options.data ?? {}), properties: {}, dataset: {},
    setData(data, done) { given.push(data); Object.assign(this.data, data); done?.() },
    selectComponent: () => null, selectAllComponents: () => [], triggerEvent: () => undefined, createSelectorQuery: () => ({ in: () => ({}) }),
    getTabBar: () => null, getPageId: () => path, hasBehavior: () => false,
  }
  world.registered.pages = [instance]
  options.lifetimes?.created?.call(instance)
  options.lifetimes?.attached?.call(instance)
  instance.onLoad?.call(instance, QUERY)
  options.pageLifetimes?.show?.call(instance)
  instance.onShow?.call(instance)
  options.lifetimes?.ready?.call(instance)
  instance.onReady?.call(instance)
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (!given.length) throw new Error('shows nothing: setData was never called')
  instance.onHide?.call(instance)
  instance.onUnload?.call(instance)
  options.lifetimes?.detached?.call(instance)
  return given
}

async function main() {
  if (!existsSync(join(built, 'app.json'))) throw new Error('Build first: npm run build:mp-weixin')
  // Node takes a bundle for what the nearest package.json says; WeChat never sees this one.
  writeFileSync(join(root, 'dist/build/package.json'), '{"type": "commonjs"}\n')
  const app = JSON.parse(readFileSync(join(built, 'app.json'), 'utf8'))
  const pages = [...app.pages, ...(app.subPackages ?? []).flatMap((part) => part.pages.map((page) => `${part.root}/${page}`))]
  const world = boot(built)
  const failed = []
  for (const path of pages) {
    const before = world.problems.length
    try {
      await mount(world, path)
      if (world.problems.length > before) failed.push(`${path}: ${world.problems.slice(before).join('; ').slice(0, 300)}`)
    } catch (error) {
      failed.push(`${path}: ${error.stack?.split('\n').slice(0, 3).join(' ') ?? error}`)
    }
  }
  world.restore()
  for (const one of failed) console.error(one)
  console.log(`${pages.length - failed.length} of ${pages.length} pages mounted; ${world.asked.length} requests asked for`)
  process.exit(failed.length ? 1 : 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
