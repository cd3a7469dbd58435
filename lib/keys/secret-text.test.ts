import { describe, expect, it } from 'vitest'
import { toBase62 } from '#lib/keys/base62.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { formatSecret, isSecretText, secretPattern } from '#lib/keys/secret-text.ts'

const ZERO = new Uint8Array(32)
const MAX = new Uint8Array(32).fill(255)

describe('base62', () => {
  it('pads, and holds the largest number of 256 bits in 43 characters', () => {
    expect(toBase62(ZERO, 43)).toBe('0'.repeat(43))
    expect(toBase62(MAX, 43)).toHaveLength(43)
    expect(toBase62(Uint8Array.of(61), 1)).toBe('z')
    expect(toBase62(Uint8Array.of(62), 2)).toBe('10')
  })

  it('refuses a number that is too wide', () => {
    expect(() => toBase62(MAX, 42)).toThrow(RangeError)
  })
})

describe('a secret', () => {
  const secret = formatSecret('lks_', systemRandomness.bytes(32))

  it('has prefix, body and checksum, and only characters that every client carries', () => {
    expect(secret).toMatch(/^lks_[0-9A-Za-z]{49}$/)
    expect(isSecretText('lks_', secret)).toBe(true)
  })

  it('may be a calendar’s', () => {
    const calendar = formatSecret('lkc_', systemRandomness.bytes(32))
    expect(calendar).toMatch(/^lkc_[0-9A-Za-z]{49}$/)
    expect(isSecretText('lkc_', calendar)).toBe(true)
    expect(isSecretText('lks_', calendar)).toBe(false)
  })

  it('of another kind, changed anywhere, longer or shorter is not one', () => {
    expect(isSecretText('lkr_', secret)).toBe(false)
    for (const at of [4, 20, 46, 52]) {
      const changed = `${secret.slice(0, at)}${secret[at] === 'x' ? 'y' : 'x'}${secret.slice(at + 1)}`
      expect(isSecretText('lks_', changed)).toBe(false)
    }
    expect(isSecretText('lks_', `${secret}0`)).toBe(false)
    expect(isSecretText('lks_', secret.slice(0, -1))).toBe(false)
  })

  it('is made of 32 bytes and nothing else', () => {
    expect(() => formatSecret('lks_', new Uint8Array(31))).toThrow(RangeError)
  })

  it('has a form that scanners know, at either end of its numbers too', () => {
    const pattern = new RegExp(`^${secretPattern('lks_')}$`)
    for (const bytes of [ZERO, MAX, ...Array.from({ length: 200 }, () => systemRandomness.bytes(32))])
      expect(formatSecret('lks_', bytes)).toMatch(pattern)
    expect(toBase62(Uint8Array.of(255, 255, 255, 255), 6)).toBe('4gfFC3')
    expect(`lks_${'0'.repeat(43)}500000`).not.toMatch(pattern)
  })
})
