import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { derFromRaw, rawFromDer } from '#lib/keys/ecdsa-signature.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const raw = { dsaEncoding: 'ieee-p1363' } as const

const numbers = (r: string, s: string): Buffer => Buffer.from(r.padStart(64, '0') + s.padStart(64, '0'), 'hex')

describe('an ES256 signature', () => {
  // A first byte of zero or above 127 comes once in 256 and every second time: both are among so many.
  it('is the same in both forms to node, whatever its numbers begin with', () => {
    for (let n = 0; n < 600; n += 1) {
      const input = Buffer.from(`signed ${n}`)
      const made = rawFromDer(sign('sha256', input, privateKey))
      expect(verify('sha256', input, { key: publicKey, ...raw }, made)).toBe(true)
      const asked = sign('sha256', input, { key: privateKey, ...raw })
      expect(verify('sha256', input, publicKey, derFromRaw(asked) ?? Buffer.alloc(0))).toBe(true)
      expect(rawFromDer(derFromRaw(asked) ?? Buffer.alloc(0))).toEqual(asked)
    }
  })

  it.each([
    ['small numbers', numbers('1', '7f'), '300602010102017f'],
    ['a set first bit', numbers('80', 'ff'.repeat(32)), `302702020080022100${'ff'.repeat(32)}`],
    ['zeros', numbers('0', '0'), '3006020100020100'],
    ['zeros within', numbers('100', '10000'), '3009020201000203010000'],
  ])('has the shortest DER there is: %s', (_, signature, der) => {
    expect(derFromRaw(signature)?.toString('hex')).toBe(der)
    expect(rawFromDer(Buffer.from(der, 'hex'))).toEqual(signature)
  })

  it.each([0, 63, 65, 96, 128])('is none with %i bytes', (length) => {
    expect(derFromRaw(Buffer.alloc(length, 1))).toBeUndefined()
  })
})
