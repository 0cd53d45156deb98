/** What is to be bought, as it stands in the page's address: 'pack-198:1,tea:2'. */

export interface Line {
  sku: string
  quantity: number
}

export function linesOf(text: string): Line[] {
  return text
    .split(',')
    .map((part) => /^([A-Za-z0-9][A-Za-z0-9._-]*):([1-9]\d{0,3})$/.exec(part.trim()))
    .flatMap((found) => (found ? [{ sku: found[1], quantity: Number(found[2]) }] : []))
}

export const textOf = (lines: Line[]): string => lines.map((line) => `${line.sku}:${line.quantity}`).join(',')
