import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createHmacSha256 } from '#lib/keys/hmac.ts'

describe('createHmacSha256', () => {
  it.each([
    // RFC 4231 §4.2 and §4.3.
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('is that of RFC 4231', (key, text, expected) => {
    expect(createHmacSha256(key)(text, 'hex')).toBe(expected)
  })

  it('is what node makes of it, whatever the lengths, text after text', () => {
    for (const keyBytes of [0, 1, 32, 63, 64]) {
      const key = randomBytes(keyBytes)
      const hmac = createHmacSha256(key)
      for (const length of [3000, 0, 1, 63, 64, 1023, 1024, 1025, 341, 342, 2])
        for (const character of ['a', 'é', '東', '🔑', '\ud800']) {
          const text = character.repeat(length)
          expect(hmac(text, 'base64url')).toBe(createHmac('sha256', key).update(text).digest('base64url'))
        }
    }
  })

  it('takes no key that would have to be hashed first', () => {
    expect(() => createHmacSha256(Buffer.alloc(65))).toThrow(RangeError)
  })
})
