/** A mainland mobile number as people type it, or null: '+86 138-0013 8000' → '13800138000'. */
export function phoneOf(typed: string): string | null {
  const plain = typed.normalize('NFKC').replace(/[\s-]/g, '').replace(/^(?:\+?86)(?=1\d{10}$)/, '')
  return /^1[3-9]\d{9}$/.test(plain) ? plain : null
}
