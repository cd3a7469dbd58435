import { exportJWK, jwtVerify, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createKeyStore } from '#db/key-store.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { StoredSigningKey } from '#lib/keys/signing-key.ts'

let database: TemporaryDatabase
beforeEach(async () => {
  database = await temporaryDatabase()
})
afterEach(() => database.remove())

const portsWith = (secretRing = createSecretRing(['first secret']), connection = database.connection) => ({
  clock: { now: () => 1_800_000_000 },
  randomness: systemRandomness,
  secretRing,
  keyStore: createKeyStore(connection),
})

describe('the first keys', () => {
  it('are one for each purpose, made once', async () => {
    const ports = portsWith()
    await ensureKeys(ports)
    await ensureKeys(ports)
    const ring = await loadKeyRing(ports)
    expect(
      ring
        .all()
        .map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['access', 'bearer'])
    expect(ring.signing('access').kid).not.toBe(ring.signing('bearer').kid)
  })

  it('are the same for processes that start at once', async () => {
    const other = openSqlite(database.file)
    const both = [portsWith(), portsWith(undefined, other)]
    await Promise.all(both.map((ports) => ensureKeys(ports)))
    const [one, two] = await Promise.all(both.map(loadKeyRing))
    expect(one?.all()).toHaveLength(2)
    expect(one?.signing('access').kid).toBe(two?.signing('access').kid)
    await other.close()
  })

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('sign and verify with %s', async (algorithm) => {
    const ports = portsWith()
    await ensureKeys(ports, algorithm)
    const ring = await loadKeyRing(ports)
    const { kid, privateKey } = ring.signing('bearer')
    const jwt = await new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: algorithm, kid }).sign(privateKey)
    const publicKey = ring.verifying(kid)?.publicKey
    if (!publicKey) throw new Error('a key verifies what it signed')
    expect((await jwtVerify(jwt, publicKey, { algorithms: [algorithm] })).payload).toEqual({ sub: 'ada' })
    expect(ring.verifying(kid)?.algorithm).toBe(algorithm)
  })
})

describe('what is kept and what is shown of a key', () => {
  it('hides its private half: sealed at rest, not in the public JWK, not to be exported', async () => {
    const ports = portsWith()
    await ensureKeys(ports)
    const [stored] = await ports.keyStore.list()
    expect(stored?.privateJwkSealed).not.toContain('"d"')
    const key = (await loadKeyRing(ports)).signing('access')
    expect(Object.keys(key.publicJwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(key.publicJwk).toMatchObject({ kid: key.kid, alg: 'ES256', use: 'sig' })
    await expect(exportJWK(key.privateKey)).rejects.toThrow(/extractable/)
  })

  it('opens under a former secret, and under no other', async () => {
    await ensureKeys(portsWith())
    const rotated = portsWith(createSecretRing(['second secret', 'first secret']))
    await expect(loadKeyRing(rotated)).resolves.toBeDefined()
    await expect(loadKeyRing(portsWith(createSecretRing(['second secret'])))).rejects.toThrow('no secret with the id')
  })

  it('opens for its own name alone', async () => {
    const ports = portsWith()
    await ensureKeys(ports)
    const [one, two] = await ports.keyStore.list()
    if (!one || !two) throw new Error('there are two keys')
    const swapped: StoredSigningKey = { ...one, privateJwkSealed: two.privateJwkSealed }
    const keyStore = { ...ports.keyStore, list: async () => [swapped] }
    await expect(loadKeyRing({ ...ports, keyStore })).rejects.toThrow('unable to authenticate data')
  })
})

describe('a ring of several keys', () => {
  const ringOf = async (change: (keys: readonly StoredSigningKey[]) => readonly StoredSigningKey[]) => {
    const ports = portsWith()
    await ensureKeys(ports)
    const keys = change(await ports.keyStore.list())
    return loadKeyRing({ ...ports, keyStore: { ...ports.keyStore, list: async () => keys } })
  }

  it('signs with the active one, and verifies with those that retire', async () => {
    const ring = await ringOf((keys) => keys.map((key) => (key.purpose === 'access' ? { ...key, retiringAt: 1 } : key)))
    expect(() => ring.signing('access')).toThrow('no active access key')
    expect(ring.signing('bearer').purpose).toBe('bearer')
    expect(ring.all()).toHaveLength(2)
  })

  it('does not sign with one that is not active yet', async () => {
    const ring = await ringOf((keys) => keys.map((key) => ({ ...key, activeAt: null })))
    expect(() => ring.signing('bearer')).toThrow('no active bearer key')
    expect(ring.all()).toHaveLength(2)
  })

  it('knows no kid but its own', async () => {
    const ring = await ringOf((keys) => keys)
    expect(ring.verifying('elsewhere')).toBeUndefined()
    expect(ring.verifying('__proto__')).toBeUndefined()
  })
})
