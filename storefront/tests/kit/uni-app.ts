/** uni-app's page hooks for tests: kept, so that a test can call them. */
type Hook = (query?: Record<string, string>) => void
export const hooks: Record<string, Hook[]> = {}
const keep = (name: string) => (hook: Hook) => void (hooks[name] ??= []).push(hook)

export const onLoad = keep('load')
export const onShow = keep('show')
export const onHide = keep('hide')
export const onUnload = keep('unload')
export const onReachBottom = keep('bottom')
export const onPullDownRefresh = keep('pull')
export const onShareAppMessage = keep('share')
export const onLaunch = keep('launch')
