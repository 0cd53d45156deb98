import { describe, expect, it } from 'vitest'
import { check, type Proof } from '@/proofs/check'
import award from './proofs/award.json'
import consistency from './proofs/consistency.json'
import liability from './proofs/liability.json'
import transfer from './proofs/transfer.json'

// Real proofs of a demonstration mall, kept as its API gave them; docs/verifier/verify.py calls each of them right.
const proofs = { award, consistency, liability, transfer } as unknown as Record<string, Proof>
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value))

describe('proofs of a real mall', () => {
  it.each(Object.keys(proofs))('a %s proof is right', (kind) => {
    expect(check(proofs[kind]).origin).toBe('tongbao/lotus')
  })

  it('says what is owed to whom, and how much in all', () => {
    const { values } = check(proofs.liability)
    expect(values).toMatchObject({ amount: liability.leaf.amount, total: liability.liabilities.total, owner_kind: 'member' })
  })

  it('is only as good as the key: another mall’s key refuses it', () => {
    const other = 'tongbao/lotus+' + liability.log.keys[0].split('+')[1].replace(/^./, (first) => (first === '0' ? '1' : '0')) + '+' + liability.log.keys[0].split('+').slice(2).join('+')
    expect(() => check(proofs.liability, [other])).toThrow('key_changed')
  })
})

// Every number and every letter of a hash of every proof, changed by itself, is found out.
function places(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'number' || typeof value === 'string') return [at]
  if (Array.isArray(value)) return value.flatMap((one, place) => places(one, [...at, place]))
  if (value && typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => places(one, [...at, key]))
  return []
}

function changedAt(proof: Proof, at: (string | number)[]): Proof {
  const changed = copy(proof) as never as Record<string | number, unknown>
  const parent = at.slice(0, -1).reduce((here, key) => here[key] as Record<string | number, unknown>, changed)
  const last = at[at.length - 1]
  const now = parent[last]
  parent[last] = typeof now === 'number' ? now + 1 : (now as string).replace(/[0-9a-f](?=[^0-9a-f]*$)/i, (letter) => (letter === '1' ? '2' : '1'))
  return changed as never
}

describe.each(Object.keys(proofs))('a %s proof that was touched', (kind) => {
  const all = places(proofs[kind]).filter((at) => changedAt(proofs[kind], at) && JSON.stringify(changedAt(proofs[kind], at)) !== JSON.stringify(proofs[kind]))

  it('has places to touch', () => expect(all.length).toBeGreaterThan(5))

  it.each(all.map((at) => [at.join('.'), at] as const))('is wrong at %s', (_, at) => {
    // Keys that aren't used, and what only names a key, may differ without harm.
    expect(() => check(changedAt(proofs[kind], at as (string | number)[]))).toThrow()
  })
})

describe('what is no proof', () => {
  it.each([[{}], [{ format: 'tongbao/other/1' }], [null], [{ format: 'tongbao/liability-proof/1' }]])('%j is refused', (value) => {
    expect(() => check(value as never)).toThrow()
  })

  it('a debt hidden as a negative sum is refused by name', () => {
    const proof = copy(liability) as never as { path: { total: number }[] }
    proof.path[0].total = -5
    expect(() => check(proof as never)).toThrow('sum_below_nothing')
  })
})
