import { describe, expect, it } from 'vitest'
import { memoryKeyStore, newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'

const SECRET = 'a secret for the keys of one test only'
const portsWith = (secrets: readonly [string, ...string[]], keyStore = memoryKeyStore()) => ({
  clock: { now: () => 1_800_000_000 },
  randomness: systemRandomness,
  secretRing: createSecretRing(secrets),
  keyStore,
})

describe('the first keys', () => {
  it('are one for each purpose, and made once', async () => {
    const ports = portsWith([SECRET])
    await ensureKeys(ports)
    const first = await ports.keyStore.list()
    await ensureKeys(ports)
    expect(await ports.keyStore.list()).toEqual(first)
    expect(first.map(({ purpose }) => purpose)).toEqual(['bearer', 'access'])
  })

  it('are stored with the private half sealed', async () => {
    const ports = portsWith([SECRET])
    await ensureKeys(ports)
    for (const { publicJwk, privateJwkSealed } of await ports.keyStore.list()) {
      expect(JSON.parse(publicJwk)).not.toHaveProperty('d')
      expect(Buffer.from(privateJwkSealed, 'base64url').toString('latin1')).not.toContain('"d"')
    }
  })
})

describe('a ring', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'publishes %s keys as public members with kid, alg and use',
    async (algorithm) => {
      const ring = await newKeyRing(algorithm)
      expect(ring.all()).toHaveLength(2)
      for (const { kid, publicJwk } of ring.all()) {
        expect(publicJwk).toMatchObject({ kid, alg: algorithm, use: 'sig' })
        for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(publicJwk).not.toHaveProperty(secret)
      }
    },
  )

  it('signs each purpose with a key of its own, and knows no other kid', async () => {
    const ring = await newKeyRing()
    const bearer = ring.signing('bearer')
    const access = ring.signing('access')
    expect(bearer.kid).not.toBe(access.kid)
    expect(ring.verifying(access.kid)).toMatchObject({ purpose: 'access', algorithm: 'ES256' })
    expect(ring.verifying('another')).toBeUndefined()
  })

  it('opens what was sealed under a former secret, and not without it', async () => {
    const ports = portsWith([SECRET])
    await ensureKeys(ports)
    const rotated = portsWith(['a newer secret for the keys of one test', SECRET], ports.keyStore)
    expect((await loadKeyRing(rotated)).all()).toHaveLength(2)
    const without = portsWith(['a newer secret for the keys of one test'], ports.keyStore)
    await expect(loadKeyRing(without)).rejects.toThrow(/secret/)
  })

  it('without an active key refuses to sign', async () => {
    const ring = await loadKeyRing(portsWith([SECRET]))
    expect(() => ring.signing('access')).toThrow(/no active access key/)
  })
})
