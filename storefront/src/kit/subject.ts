/** What a line of the books is about, without the books' own word before it: `order:20260701…` → `20260701…`. */
export const about = (subject: string): string => subject.replace(/^[a-z_-]+:/, '')
