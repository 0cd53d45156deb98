/** Merkle trees as RFC 9162 has them, and the sum tree of liabilities, whose nodes bind both children's sums. */
import { sha256 } from '@noble/hashes/sha2'
import { equal, fromHex, i64, joined, named, text } from './bytes'
import { demand } from './wrong'

export const leafHash = (data: Uint8Array): Uint8Array => sha256(joined(Uint8Array.of(0), data))
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(joined(Uint8Array.of(1), left, right))

// Places and sizes may exceed 32 bits, so no bit operators.
const half = (value: number): number => Math.floor(value / 2)
const isOdd = (value: number): boolean => value % 2 === 1

/** The root that a leaf and its path lead to (RFC 9162, 2.1.3.2). */
export function rootFrom(leaf: Uint8Array, index: number, size: number, path: Uint8Array[]): Uint8Array {
  demand(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size, 'no_such_place')
  let place = index
  let last = size - 1
  let root = leaf
  for (const other of path) {
    demand(last > 0, 'path_too_long')
    if (isOdd(place) || place === last) {
      root = nodeHash(other, root)
      while (!isOdd(place) && place) {
        place = half(place)
        last = half(last)
      }
    } else root = nodeHash(root, other)
    place = half(place)
    last = half(last)
  }
  demand(last === 0, 'path_too_short')
  return root
}

/** Whether one tree is the beginning of another (RFC 9162, 2.1.4.2). */
export function isBeginning(oldSize: number, oldRoot: Uint8Array, size: number, root: Uint8Array, path: Uint8Array[]): boolean {
  if (oldSize === size) return !path.length && equal(oldRoot, root)
  if (!(oldSize > 0 && oldSize < size)) return false
  const hashes = Number.isInteger(Math.log2(oldSize)) ? [oldRoot, ...path] : [...path]
  if (!hashes.length) return false
  let place = oldSize - 1
  let last = size - 1
  while (isOdd(place)) {
    place = half(place)
    last = half(last)
  }
  let before = hashes[0]
  let now = hashes[0]
  for (const other of hashes.slice(1)) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      before = nodeHash(other, before)
      now = nodeHash(other, now)
      while (!isOdd(place) && place) {
        place = half(place)
        last = half(last)
      }
    } else now = nodeHash(now, other)
    place = half(place)
    last = half(last)
  }
  return last === 0 && equal(before, oldRoot) && equal(now, root)
}

export interface Sum {
  hash: Uint8Array
  total: number
}

/** A sum in 16 bytes; one below nothing would hide somebody's debt behind it. */
export function sumBytes(total: number): Uint8Array {
  demand(Number.isSafeInteger(total) && total >= 0, 'sum_below_nothing')
  return joined(new Uint8Array(8), i64(total))
}

export interface OwnLeaf {
  owner_kind: string
  owner_id: number
  amount: number
  salt: string
}

export function sumLeaf(leaf: OwnLeaf, day: { asset: string; on: string }): Sum {
  const salt = fromHex(leaf.salt)
  demand(salt.length === 32, 'salt_not_whole')
  const owner = joined(text(leaf.owner_kind), i64(leaf.owner_id), text(day.asset), text(day.on))
  return { hash: sha256(joined(named('tongbao/liability-leaf/1'), salt, sumBytes(leaf.amount), owner)), total: leaf.amount }
}

export function sumNode(left: Sum, right: Sum): Sum {
  const bound = joined(sumBytes(left.total), left.hash, sumBytes(right.total), right.hash)
  return { hash: sha256(joined(named('tongbao/liability-node/1'), bound)), total: left.total + right.total }
}
