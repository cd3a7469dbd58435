import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'
import { createSigningThread } from '#server/adapters/signing-thread.ts'

const KEYS: Readonly<Record<SigningAlgorithm, () => KeyObject>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
}

const isGood = (algorithm: SigningAlgorithm, key: KeyObject, input: string, signature: string): boolean =>
  verify(
    algorithm === 'EdDSA' ? null : 'sha256',
    Buffer.from(input),
    { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )

const texts = Array.from({ length: 40 }, (_, n) => `header.${n}`)

describe('createSigningThread', () => {
  const sign = createSigningThread()

  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'answers each of many asked together its own signature: %s',
    async (by) => {
      const key = KEYS[by]()
      const signatures = await Promise.all(texts.map((text) => sign(by, key, text)))
      for (const [at, text] of texts.entries()) expect(isGood(by, key, text, signatures[at] ?? '')).toBe(true)
    },
  )

  it('signs with each of several keys in one turn', async () => {
    const asked = texts.map(
      (text, n) => ({ text, key: n % 2 ? KEYS.ES256() : KEYS.EdDSA(), by: n % 2 ? 'ES256' : 'EdDSA' }) as const,
    )
    const signatures = await Promise.all(asked.map(({ by, key, text }) => sign(by, key, text)))
    for (const [at, { by, key, text }] of asked.entries())
      expect(isGood(by, key, text, signatures[at] ?? '')).toBe(true)
  })

  it('fails those alone whose key cannot sign, and signs on', async () => {
    const key = KEYS.ES256()
    const asked = [sign('ES256', createPublicKey(key), 'a.b'), sign('ES256', key, 'a.b')]
    const [bad, good] = await Promise.allSettled(asked)
    expect(bad).toMatchObject({ status: 'rejected' })
    expect(good).toMatchObject({ status: 'fulfilled' })
    expect(isGood('ES256', key, 'c.d', await sign('ES256', key, 'c.d'))).toBe(true)
  })
})
