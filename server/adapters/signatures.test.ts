import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'
import { createSignatures } from '#server/adapters/signatures.ts'

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

describe('createSignatures', () => {
  const signatures = createSignatures()

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('answers each of many asked together its own: %s', async (by) => {
    const key = KEYS[by]()
    const made = await Promise.all(texts.map((text) => signatures.sign(by, key, text)))
    for (const [at, text] of texts.entries()) expect(isGood(by, key, text, made[at] ?? '')).toBe(true)
    const publicKey = createPublicKey(key)
    // Every third is that of its neighbour.
    const asked = texts.map((text, at) => signatures.verify(by, publicKey, text, made[at - (at % 3 ? 0 : 1)] ?? ''))
    expect(await Promise.all(asked)).toEqual(texts.map((_, at) => at % 3 !== 0))
  })

  it('signs with each of several keys in one turn, and verifies so', async () => {
    const asked = texts.map(
      (text, n) => ({ text, key: KEYS[n % 2 ? 'ES256' : 'EdDSA'](), by: n % 2 ? 'ES256' : 'EdDSA' }) as const,
    )
    const made = await Promise.all(asked.map(({ by, key, text }) => signatures.sign(by, key, text)))
    for (const [at, { by, key, text }] of asked.entries()) expect(isGood(by, key, text, made[at] ?? '')).toBe(true)
    const good = asked.map(({ by, key, text }, at) => signatures.verify(by, createPublicKey(key), text, made[at] ?? ''))
    expect(new Set(await Promise.all(good))).toEqual(new Set([true]))
  })

  it('signs behind what was set going in the same turn', async () => {
    const order: string[] = []
    setImmediate(() => order.push('sent'))
    await signatures.sign('ES256', KEYS.ES256(), 'a.b')
    expect(order).toEqual(['sent'])
  })

  it.each([
    [1, 1],
    [2, 2],
    [3, 1],
    [25, 10],
    [40, 12],
  ])('of %i at once verifies %i on the event loop, and the others in the thread', async (count, here) => {
    const key = KEYS.ES256()
    const publicKey = createPublicKey(key)
    const signature = await signatures.sign('ES256', key, 'a.b')
    let answered = 0
    const asked = Array.from({ length: count }, async () => {
      const isOne = await signatures.verify('ES256', publicKey, 'a.b', signature)
      answered += 1
      return isOne
    })
    // Behind the hand-over of this turn, and before any message of a thread.
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(here)
    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]))
  })

  it('takes nothing for a signature that is none', async () => {
    const key = createPublicKey(KEYS.ES256())
    const odd = ['', '!', 'AAAA', 'A'.repeat(86), 'A'.repeat(5000)]
    expect(await Promise.all(odd.map((text) => signatures.verify('ES256', key, 'a.b', text)))).toEqual(
      odd.map(() => false),
    )
  })

  it('fails those alone whose key cannot sign, and signs on', async () => {
    const key = KEYS.ES256()
    const asked = [signatures.sign('ES256', createPublicKey(key), 'a.b'), signatures.sign('ES256', key, 'a.b')]
    const [bad, good] = await Promise.allSettled(asked)
    expect(bad).toMatchObject({ status: 'rejected' })
    expect(good).toMatchObject({ status: 'fulfilled' })
    expect(isGood('ES256', key, 'c.d', await signatures.sign('ES256', key, 'c.d'))).toBe(true)
  })
})
