/**
 * Checks what the mall says about its books, here and now on this device (docs/seals.md is the specification).
 *
 * `check(proof)` gives what is proven, or throws Wrong with a code; it asks nobody.
 */
import { ed25519 } from '@noble/curves/ed25519'
import { sha256 } from '@noble/hashes/sha2'
import { equal, fromBase64, fromHex, i16, i32, i64, joined, named, text, toHex, utf8 } from './bytes'
import { isBeginning, leafHash, rootFrom, sumBytes, sumLeaf, sumNode, type OwnLeaf, type Sum } from './trees'
import { demand, Wrong } from './wrong'

export { Wrong } from './wrong'

interface Side {
  id: number
  owner_kind: string
  owner_id: number
  kind: string
  detail: string
}
interface Log {
  checkpoint: string
  keys: string[]
  index: number
  path: string[]
}
interface Batch {
  index: number
  transfers: number
  path: string[]
  booked_at_microseconds: number
}
export interface LiabilityProof {
  format: 'tongbao/liability-proof/1'
  liabilities: { on: string; asset: string; covers: number; leaves: number; total: number; root: string }
  leaf: OwnLeaf
  path: { side: 'left' | 'right'; hash: string; total: number }[]
  log: Log
}
interface TransferProof {
  format: 'tongbao/transfer-proof/1'
  transfer: { batch: number; position: number; debit: Side; credit: Side; asset_id: number; amount: number; kind: string; subject: string }
  batch: Batch & { hash: string; key: string; outcome: string; refusal: string; hold_id: number | null }
  log: Log
}
interface AwardProof {
  format: 'tongbao/award-proof/1'
  award: Record<'batch' | 'position' | 'order_id' | 'amount' | 'clause' | 'seat' | 'rank' | 'rate_bp' | 'rate_before_bp' | 'line', number> & { beneficiary: Side }
  batch: Batch & { declared: number[]; state: string }
  log: Log
}
interface Consistency {
  format: 'tongbao/consistency/1'
  old_checkpoint: string
  checkpoint: string
  keys: string[]
  path: string[]
}
export type Proof = LiabilityProof | TransferProof | AwardProof | Consistency

/** What is proven: who signed it, how long its log is, and the values of the sentence. */
export interface Proven {
  kind: 'liability' | 'transfer' | 'award' | 'consistency'
  origin: string
  size: number
  values: Record<string, string | number>
}

// --- Checkpoints: signed notes with an Ed25519 signature -----------------------------------------------------------

function keyParts(line: string): { name: string; identity: Uint8Array; publicKey: Uint8Array } {
  const found = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(line.trim())
  demand(found, 'key_unreadable')
  const key = fromBase64(found[3])
  demand(key.length === 33 && key[0] === 1, 'key_unreadable')
  const identity = sha256(joined(utf8(`${found[1]}\n`), key)).slice(0, 4)
  demand(toHex(identity) === found[2], 'key_changed')
  return { name: found[1], identity, publicKey: key.slice(1) }
}

function isSigned(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

/** Origin, size and root of a checkpoint that one of the keys has signed. */
export function opened(note: string, keys: string[]): { origin: string; size: number; root: Uint8Array } {
  const cut = note.lastIndexOf('\n\n')
  demand(cut >= 0, 'not_signed')
  const body = note.slice(0, cut + 1)
  const lines = body.split('\n')
  demand(lines.length >= 4 && /^\d+$/.test(lines[1]), 'checkpoint_unreadable')
  const root = fromBase64(lines[2])
  demand(root.length === 32, 'checkpoint_unreadable')
  for (const one of keys) {
    const { name, identity, publicKey } = keyParts(one)
    for (const line of note.slice(cut + 2).split('\n')) {
      const start = `\u2014 ${name} `
      if (!line.startsWith(start)) continue
      const marked = fromBase64(line.slice(start.length))
      if (equal(marked.slice(0, 4), identity) && isSigned(publicKey, utf8(body), marked.slice(4))) {
        demand(lines[0] === name, 'another_mall')
        return { origin: lines[0], size: Number(lines[1]), root }
      }
    }
  }
  throw new Wrong('signature_wrong')
}

// --- Entries of the log ------------------------------------------------------------------------------------------

const hashes = (texts: string[]): Uint8Array[] =>
  texts.map((one) => {
    const hash = fromHex(one)
    demand(hash.length === 32, 'hash_not_whole')
    return hash
  })

const account = (side: Side): Uint8Array => joined(text(side.owner_kind), i64(side.owner_id), text(side.kind), text(side.detail))

function transferBytes(row: TransferProof['transfer']): Uint8Array {
  const numbers = joined(i64(row.batch), i32(row.position), i64(row.debit.id), i64(row.credit.id), i16(row.asset_id), i64(row.amount))
  return joined(named('tongbao/transfer/1'), numbers, text(row.kind), text(row.subject), account(row.debit), account(row.credit))
}

function batchBytes(number: number, batch: TransferProof['batch'], root: Uint8Array): Uint8Array {
  return joined(
    named('tongbao/batch/1'), i64(number), i32(batch.transfers), root, fromHex(batch.hash), sha256(utf8(batch.key)), text(batch.outcome),
    sha256(utf8(batch.refusal)), i64(batch.hold_id ?? -1), i64(batch.booked_at_microseconds),
  )
}

function awardBytes(row: AwardProof['award']): Uint8Array {
  const long = [row.batch].map(i64).concat(i32(row.position), [row.order_id, row.beneficiary.id, row.amount].map(i64))
  const short = [row.clause, row.seat, row.rank, row.rate_bp, row.rate_before_bp, row.line].map(i16)
  return joined(named('tongbao/award/1'), ...long, ...short, account(row.beneficiary))
}

function awardBatchBytes(number: number, batch: AwardProof['batch'], root: Uint8Array): Uint8Array {
  const declared = [number, ...batch.declared].map(i64)
  return joined(named('tongbao/award-batch/1'), ...declared, text(batch.state), i64(batch.booked_at_microseconds), i32(batch.transfers), root)
}

function liabilitiesBytes(day: LiabilityProof['liabilities']): Uint8Array {
  return joined(named('tongbao/liabilities/1'), text(day.on), text(day.asset), i64(day.covers), i64(day.leaves), sumBytes(day.total), fromHex(day.root))
}

/** That an entry stands under the signed checkpoint. */
function checkLog(entry: Uint8Array, log: Log, keys: string[] | undefined): { origin: string; size: number } {
  const { origin, size, root } = opened(log.checkpoint, keys ?? log.keys)
  demand(equal(rootFrom(leafHash(entry), log.index, size, hashes(log.path)), root), 'not_what_was_sealed')
  return { origin, size }
}

// --- Proofs --------------------------------------------------------------------------------------------------------

function checkLiability(proof: LiabilityProof, keys?: string[]): Proven {
  const day = proof.liabilities
  let subtree: Sum = sumLeaf(proof.leaf, day)
  for (const step of proof.path) {
    const other = { hash: hashes([step.hash])[0], total: step.total }
    demand(step.side === 'left' || step.side === 'right', 'no_such_place')
    subtree = step.side === 'left' ? sumNode(other, subtree) : sumNode(subtree, other)
  }
  demand(subtree.total === day.total, 'sums_differ')
  demand(toHex(subtree.hash) === day.root, 'not_what_was_published')
  const signed = checkLog(liabilitiesBytes(day), proof.log, keys)
  const { owner_kind, owner_id, amount } = proof.leaf
  return { kind: 'liability', ...signed, values: { on: day.on, asset: day.asset, total: day.total, leaves: day.leaves, amount, owner_kind, owner_id } }
}

function checkTransfer(proof: TransferProof, keys?: string[]): Proven {
  const { transfer: row, batch } = proof
  demand(Number.isSafeInteger(row.amount) && row.amount > 0, 'amount_not_whole')
  const root = rootFrom(leafHash(transferBytes(row)), batch.index, batch.transfers, hashes(batch.path))
  const signed = checkLog(batchBytes(row.batch, batch, root), proof.log, keys)
  const at = new Date(batch.booked_at_microseconds / 1000).toISOString()
  return { kind: 'transfer', ...signed, values: { amount: row.amount, subject: row.subject, batch: row.batch, position: row.position, asset_id: row.asset_id, at } }
}

function checkAward(proof: AwardProof, keys?: string[]): Proven {
  const { award: row, batch } = proof
  demand(Number.isSafeInteger(row.amount) && row.amount > 0, 'amount_not_whole')
  const root = rootFrom(leafHash(awardBytes(row)), batch.index, batch.transfers, hashes(batch.path))
  const signed = checkLog(awardBatchBytes(row.batch, batch, root), proof.log, keys)
  return { kind: 'award', ...signed, values: { amount: row.amount, order_id: row.order_id, batch: row.batch, position: row.position } }
}

function checkConsistency(proof: Consistency, keys?: string[]): Proven {
  const before = opened(proof.old_checkpoint, keys ?? proof.keys)
  const now = opened(proof.checkpoint, keys ?? proof.keys)
  demand(before.origin === now.origin, 'another_mall')
  demand(isBeginning(before.size, before.root, now.size, now.root, hashes(proof.path)), 'not_the_beginning')
  return { kind: 'consistency', origin: now.origin, size: now.size, values: { old_size: before.size } }
}

/** What a proof proves. `keys`: the mall's keys as they were kept from elsewhere. Throws Wrong. */
export function check(proof: Proof, keys?: string[]): Proven {
  try {
    switch (proof.format) {
      case 'tongbao/liability-proof/1': return checkLiability(proof, keys)
      case 'tongbao/transfer-proof/1': return checkTransfer(proof, keys)
      case 'tongbao/award-proof/1': return checkAward(proof, keys)
      case 'tongbao/consistency/1': return checkConsistency(proof, keys)
      default: throw new Wrong('format_unknown')
    }
  } catch (error) {
    if (error instanceof Wrong) throw error
    throw new Wrong('unreadable')
  }
}
