/** Keys that make a repeated request the same request: one for each intention, kept until its answer is known. */

const KEPT = 'tongbao.keys'

type Keys = Record<string, string>
const kept = (): Keys => (uni.getStorageSync(KEPT) as Keys) || {}

function random(): string {
  const bytes = new Uint8Array(16)
  if (typeof crypto !== 'undefined' && crypto.getRandomValues) crypto.getRandomValues(bytes)
  else bytes.forEach((_, place) => (bytes[place] = Math.floor(Math.random() * 256)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The key of this intention: the same until `settled`, over a reload or a lost answer too. */
export function keyFor(intention: string): string {
  const keys = kept()
  if (!keys[intention]) {
    keys[intention] = random()
    uni.setStorageSync(KEPT, keys)
  }
  return keys[intention]
}

/** The answer is known; the next time is another intention. */
export function settled(intention: string): void {
  const keys = kept()
  delete keys[intention]
  uni.setStorageSync(KEPT, keys)
}
