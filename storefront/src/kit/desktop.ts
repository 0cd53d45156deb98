/** What a browser offers and a phone doesn't: keys on what looks like a button, a theme chosen by hand. */

const ROLES = '[role=button],[role=link],[role=tab],[role=radio],[role=checkbox],[role=switch]'
const THEME = 'tongbao.theme'

export type Theme = 'auto' | 'light' | 'dark'

/** Enter and space do what a finger does. */
export function clickWithKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    const target = event.target as HTMLElement
    if (!target.matches?.(ROLES)) return
    event.preventDefault()
    target.click()
  })
}

/** uni puts a picture into an element of its own and gives it no words: it gets those of the element around it. */
export function describePictures(): void {
  const describe = (root: ParentNode): void =>
    root.querySelectorAll<HTMLImageElement>('uni-image > img:not([alt])').forEach((picture) => {
      picture.alt = picture.parentElement?.getAttribute('aria-label') ?? ''
    })
  new MutationObserver((changes) => changes.forEach((one) => describe(one.target as ParentNode))).observe(document.body, { childList: true, subtree: true })
  describe(document)
}

export const themeNow = (): Theme => (uni.getStorageSync(THEME) as Theme) || 'auto'

export function followTheme(): void {
  // #ifdef H5
  const chosen = themeNow()
  if (chosen === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
  // #endif
}

export function keepTheme(chosen: Theme): void {
  uni.setStorageSync(THEME, chosen)
  followTheme()
}
