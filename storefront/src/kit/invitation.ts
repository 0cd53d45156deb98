/** The invitation that someone came with, kept on the device until they join. */

const KEPT = 'tongbao.invitation'

export const keepInvitation = (code: string): void => uni.setStorageSync(KEPT, code)
export const invitation = (): string => uni.getStorageSync(KEPT) || ''
export const forgetInvitation = (): void => uni.removeStorageSync(KEPT)
