import { describe, expect, it } from 'vitest'
import { base64urlPattern, type Piece } from '#lib/leaks/base64url-pattern.ts'

const encode = (text: string) => Buffer.from(text).toString('base64url')
const matches = (pieces: readonly Piece[], text: string, ends = true) =>
  new RegExp(`^${base64urlPattern(pieces, { ends })}${ends ? '' : '[\\w-]*'}$`).test(encode(text))

describe('the base64url of a text', () => {
  it.each(['', 'a', 'ab', 'abc', 'abcd', '{"alg":"ES256"}', 'ÿþ?>~'])('%j that is known is itself', (text) => {
    expect(base64urlPattern([text], { ends: true })).toBe(encode(text))
  })

  it.each(['', 'a', 'ab', 'abc', 'abcd', '{"iss":"https://id.example"'])(
    '%j that goes on is its certain part',
    (text) => {
      const pattern = base64urlPattern([text], { ends: false })
      for (const more of ['', 'x', 'ÿÿÿ', '\0\0']) expect(encode(`${text}${more}`).startsWith(pattern)).toBe(true)
      expect(pattern.length).toBe(Math.floor((Buffer.byteLength(text) * 8) / 6))
    },
  )

  it('has any character where it is not known, at every offset', () => {
    for (const before of ['', 'a', 'ab', 'abc'])
      for (const count of [1, 2, 3, 4, 12])
        for (const after of ['', 'x', 'xy', 'xyz']) {
          const pieces = [before, { unknownBytes: count }, after]
          for (const filling of ['A', '~', '0'])
            expect(matches(pieces, `${before}${filling.repeat(count)}${after}`)).toBe(true)
          expect(matches(pieces, `${before}${'A'.repeat(count + 3)}${after}`)).toBe(false)
        }
  })

  it('keeps what is known after it', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const pieces = [before, { unknownBytes: 5 }, 'xyz']
      for (const after of ['xyZ', 'xYz', 'Xyz'])
        expect(matches([...pieces.slice(0, 2), 'wxyz'], `${before}AAAAAw${after}`)).toBe(false)
      expect(matches(pieces, `${before}AAAAAxyz`)).toBe(true)
    }
  })

  it('counts runs', () => {
    expect(base64urlPattern([{ unknownBytes: 3 }], { ends: true })).toBe('[\\w-]{4}')
    expect(base64urlPattern([{ unknownBytes: 9 }, 'abc'], { ends: true })).toBe(`[\\w-]{12}${encode('abc')}`)
  })
})
