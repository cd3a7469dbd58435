import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toBase62 } from '#lib/keys/base62.ts'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const valueOf = (text: string): bigint =>
  [...text].reduce((value, digit) => value * 62n + BigInt(DIGITS.indexOf(digit)), 0n)

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

describe('toBase62', () => {
  it('is the same number, whatever its length, in exactly its width', () => {
    for (let length = 1; length <= 33; length += 1)
      for (const bytes of [
        randomBytes(length),
        Buffer.alloc(length, 0xff),
        Buffer.alloc(length),
        Buffer.from([...Buffer.alloc(length - 1), 1]),
      ]) {
        const text = toBase62(bytes, 46)
        expect(text).toHaveLength(46)
        expect(valueOf(text)).toBe(numberOf(bytes))
      }
  })

  it.each([
    [[], 3, '000'],
    [[61], 1, 'z'],
    [[62], 2, '10'],
    [[0xff, 0xff, 0xff, 0xff], 6, '4gfFC3'],
  ])('%j is, in %i digits, %s', (bytes, width, text) => {
    expect(toBase62(Uint8Array.from(bytes), width)).toBe(text)
  })

  it.each([
    [[62], 1],
    [[0xff, 0xff, 0xff, 0xff], 5],
    [Array<number>(33).fill(0xff), 43],
    [[1], 0],
  ])('throws where %j does not fit %i digits', (bytes, width) => {
    expect(() => toBase62(Uint8Array.from(bytes), width)).toThrow(RangeError)
  })
})
