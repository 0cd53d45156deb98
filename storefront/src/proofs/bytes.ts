/** The bytes that leaves are made of (docs/seals.md): big-endian, texts with their length before them. */

export function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A text's bytes. (No TextEncoder: mini-programs have none.) */
export function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text)
  const bytes: number[] = []
  for (let at = 0; at < escaped.length; at++) {
    if (escaped[at] === '%') {
      bytes.push(parseInt(escaped.slice(at + 1, at + 3), 16))
      at += 2
    } else bytes.push(escaped.charCodeAt(at))
  }
  return Uint8Array.from(bytes)
}

/** A format's name, ended by a zero byte. */
export const named = (name: string): Uint8Array => utf8(`${name}\0`)

function integer(value: number, bytes: 2 | 4 | 8): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`)
  const view = new DataView(new ArrayBuffer(bytes))
  if (bytes === 2) view.setInt16(0, value)
  else if (bytes === 4) view.setInt32(0, value)
  else view.setBigInt64(0, BigInt(value))
  return new Uint8Array(view.buffer)
}

export const i16 = (value: number): Uint8Array => integer(value, 2)
export const i32 = (value: number): Uint8Array => integer(value, 4)
export const i64 = (value: number): Uint8Array => integer(value, 8)

export function text(value: string): Uint8Array {
  const content = utf8(value)
  return joined(i32(content.length), content)
}

export function fromHex(value: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(value)) throw new RangeError('no hexadecimal text')
  return Uint8Array.from(value.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export const toHex = (value: Uint8Array): string => Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Strict base64: what isn't exactly that is an error. (No atob: mini-programs have none.) */
export function fromBase64(value: string): Uint8Array {
  if (value.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new RangeError('no base64 text')
  const plain = value.replace(/=+$/, '')
  const found = new Uint8Array(Math.floor((plain.length * 3) / 4))
  let bits = 0
  let kept = 0
  let at = 0
  for (const letter of plain) {
    kept = ((kept << 6) | ALPHABET.indexOf(letter)) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      found[at++] = (kept >> bits) & 0xff
    }
  }
  return found
}

export const equal = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, place) => byte === right[place])
