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
