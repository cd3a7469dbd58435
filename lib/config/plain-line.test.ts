import { describe, expect, it } from 'vitest'
import { isPlainLine, isVisible } from '#lib/config/plain-line.ts'

describe('isPlainLine', () => {
  it.each(['CI', 'déploiement', 'شماره\u200cها', '👩\u200d💻 laptop', '東京 2', 'a\u00adb'])('takes %j', (text) => {
    expect(isPlainLine(text)).toBe(true)
  })

  it.each([
    ['a line break', 'a\nb'],
    ['NUL', 'a\0b'],
    ['a line separator', 'a\u2028b'],
    ['letters turned round', 'invoice\u202Efdp.exe'],
    ['an isolate', 'a\u2067b'],
    ['a mark of direction', '\u200Fa'],
    ['half a character', 'a\ud800b'],
  ])('refuses %s', (_what, text) => {
    expect(isPlainLine(text)).toBe(false)
  })
})

describe('isVisible', () => {
  it.each(['x', '_', '👩\u200d💻', 'شماره'])('sees %j', (text) => {
    expect(isVisible(text)).toBe(true)
  })

  it.each(['', ' ', '\u200b\u200b', '\u200d', '\u3164', '\u00ad', '\u0301'])('sees nothing in %j', (text) => {
    expect(isVisible(text)).toBe(false)
  })
})
