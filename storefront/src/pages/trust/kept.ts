/** The mall's public key as this device saw it first: a mall that shows another key later is found out. */

const KEPT = 'tongbao.seal-key'

export const keptKey = (): string => uni.getStorageSync(KEPT) || ''
export const keepKey = (key: string): void => uni.setStorageSync(KEPT, key)
