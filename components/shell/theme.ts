/** Theme: what the person chose; `system` follows the device. The cookie holds nothing else, so scripts may write it. */

export const THEMES = ['system', 'light', 'dark'] as const

export type Theme = (typeof THEMES)[number]

export const THEME_COOKIE = 'latchkey-theme'

export const THEME_LIFETIME_SECONDS = 365 * 24 * 60 * 60

/** The theme a cookie or a form names; anything unknown is `system`. */
export const parseTheme = (value: unknown): Theme => THEMES.find((theme) => theme === value) ?? 'system'

/** The value of <html data-theme>: absent when the system decides. */
export const themeAttribute = (theme: Theme): 'light' | 'dark' | undefined => (theme === 'system' ? undefined : theme)
