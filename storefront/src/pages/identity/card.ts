/** A resident's card number (GB 11643): 17 digits and a check character. '11010519491231002X' → true. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

export function isCardNumber(typed: string): boolean {
  const plain = typed.normalize('NFKC').trim().toUpperCase()
  if (!/^\d{17}[\dX]$/.test(plain)) return false
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(plain[place]), 0)
  return '10X98765432'[sum % 11] === plain[17]
}
