// @vitest-environment node
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const GOOD = "Component({ data: {}, methods: { onLoad() { this.setData({ a: 1 }) } } })"
const WRONG = {
  throws: "Component({ methods: { onLoad() { throw new Error('no') } } })",
  leans: "Component({ methods: { onLoad() { new TextEncoder(); this.setData({}) } } })",
  silent: 'Component({ methods: { onLoad() {} } })',
  missing: '',
}

function bundle(page: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mini-'))
  mkdirSync(join(folder, 'pages'))
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}')
  writeFileSync(join(folder, 'app.js'), 'App({})')
  writeFileSync(join(folder, 'pages/a.js'), page)
  return folder
}

const RUN = "import { boot, mount } from './scripts/boot-miniprogram.mjs'; await mount(boot(process.argv[1]), 'pages/a'); console.log('mounted')"
const run = (page: string) => spawnSync(process.execPath, ['--input-type=module', '-e', RUN, bundle(page)], { encoding: 'utf8' })

describe('the boot of the mini-program', () => {
  it('mounts a page that shows something', () => expect(run(GOOD).stdout).toContain('mounted'))
  it.each(Object.entries(WRONG))('finds a page that %s', (_, page) => expect(run(page).status).not.toBe(0))
  it('runs on this Node', () => expect(execFileSync(process.execPath, ['--version'], { encoding: 'utf8' })).toMatch(/^v(1[89]|2\d)/))
})
