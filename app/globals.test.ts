import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const CSS = readFileSync(new URL('./globals.css', import.meta.url), 'utf8')

const SIDES = ['light', 'dark'] as const

type Side = (typeof SIDES)[number]

const token = (name: string, side: Side): string => {
  const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(CSS)
  const value = match?.[side === 'light' ? 1 : 2]
  if (value === undefined) throw new Error(`globals.css has no colours for --${name}`)
  return value
}

const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

const GROUNDS = ['canvas', 'surface', 'raised', 'sunken', 'hover']
const TONES = ['accent', 'success', 'warning', 'danger']

const TEXT: readonly (readonly [string, string])[] = [
  ...['fg', 'muted', 'subtle', ...TONES].flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...TONES.flatMap((tone) => [tone, 'fg', 'muted'].map((text) => [text, `${tone}-soft`] as const)),
  ['on-ink', 'ink'],
  ['on-ink', 'ink-hover'],
]

describe.each(SIDES)('WCAG 2.2 contrast, %s', (side) => {
  it.each(TEXT)('text --%s on --%s has 4.5:1', (text, ground) => {
    expect(contrast(token(text, side), token(ground, side))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['danger-fill', 'danger-fill-hover'])('white on --%s has 4.5:1', (ground) => {
    expect(contrast('#ffffff', token(ground, side))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['canvas', 'surface', 'raised'])('the edge of a control on --%s has 3:1', (ground) => {
    expect(contrast(token('control', side), token(ground, side))).toBeGreaterThanOrEqual(3)
  })
})
