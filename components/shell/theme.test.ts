import { describe, expect, it } from 'vitest'
import { parseTheme, themeAttribute } from '#components/shell/theme.ts'

describe('theme', () => {
  it.each(['system', 'light', 'dark'])('"%s" is itself', (theme) => {
    expect(parseTheme(theme)).toBe(theme)
  })

  it.each([undefined, null, '', 'Dark', 'dark;x', 7])('%j falls back to the system', (value) => {
    expect(parseTheme(value)).toBe('system')
  })

  it('leaves <html> unmarked when the system decides', () => {
    expect(themeAttribute('system')).toBeUndefined()
    expect(themeAttribute('dark')).toBe('dark')
  })
})
