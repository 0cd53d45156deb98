/** What was searched for on this device, the newest first, each once, at most ten. */

const KEPT = 'tongbao.searches'
const MOST = 10

export const searches = (): string[] => (uni.getStorageSync(KEPT) as string[]) || []

export function remember(text: string): string[] {
  const plain = text.trim()
  const all = plain ? [plain, ...searches().filter((one) => one !== plain)].slice(0, MOST) : searches()
  uni.setStorageSync(KEPT, all)
  return all
}

export const forgetSearches = (): void => uni.removeStorageSync(KEPT)
