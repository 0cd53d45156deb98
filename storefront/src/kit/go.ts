/** From page to page. Tabs are switched to, other pages are stacked. */

export const TABS = ['/pages/home/index', '/pages/category/index', '/pages/cart/index', '/pages/wallet/index', '/pages/me/index']

type Query = Record<string, string | number | undefined>

export function addressOf(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return pairs.length ? `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}` : path
}

export function go(path: string, query: Query = {}): void {
  if (TABS.includes(path)) uni.switchTab({ url: path })
  else uni.navigateTo({ url: addressOf(path, query) })
}

export function replace(path: string, query: Query = {}): void {
  if (TABS.includes(path)) uni.switchTab({ url: path })
  else uni.redirectTo({ url: addressOf(path, query) })
}

/** One page back, or home where there is none (a link was opened). */
export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.switchTab({ url: '/pages/home/index' })
}

const NEXT = 'tongbao.next'

/** Sign in, and come back to where this was asked. */
export function toSignIn(): void {
  const page = getCurrentPages().slice(-1)[0] as unknown as { route?: string; $page?: { fullPath?: string } } | undefined
  const here = page?.$page?.fullPath ?? (page?.route ? `/${page.route}` : '')
  if (here.startsWith('/pages/sign/')) return
  if (here) uni.setStorageSync(NEXT, here)
  uni.navigateTo({ url: '/pages/sign/index' })
}

/** Where to go after signing in; remembered once. */
export function next(): string {
  const kept = uni.getStorageSync(NEXT) || '/pages/home/index'
  uni.removeStorageSync(NEXT)
  return kept
}
