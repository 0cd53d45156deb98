/** Who is signed in on this device. H5 keeps only a mark: its session is a cookie that scripts can't read. */

const TOKEN = 'tongbao.token'
const MARK = 'tongbao.signed-in'

type Listener = () => void
const listeners: Listener[] = []

export const token = (): string => uni.getStorageSync(TOKEN) || ''
export const isSignedIn = (): boolean => Boolean(token() || uni.getStorageSync(MARK))

export function remember(signedIn: { token: string }): void {
  if (signedIn.token) uni.setStorageSync(TOKEN, signedIn.token)
  uni.setStorageSync(MARK, '1')
  listeners.forEach((tell) => tell())
}

export function forget(): void {
  uni.removeStorageSync(TOKEN)
  uni.removeStorageSync(MARK)
  listeners.forEach((tell) => tell())
}

export function onChange(listener: Listener): void {
  listeners.push(listener)
}
