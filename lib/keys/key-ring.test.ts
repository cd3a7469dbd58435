import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { memoryKeys, newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import { makeKey } from '#lib/keys/make-key.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { SIGNING_ALGORITHMS } from '#lib/keys/signing-key.ts'

const NOW = 1_800_000_000
const SECRET = 'a secret for the keys of one test only'
const NEWER = 'a newer secret for the keys of one test'
const portsWith = (secrets: readonly [string, ...string[]], memory = memoryKeys()) => ({
  ...memory,
  clock: { now: () => NOW },
  randomness: systemRandomness,
  secretRing: createSecretRing(secrets),
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
  it.each(SIGNING_ALGORITHMS)('publishes %s keys as public members with kid, alg and use', async (algorithm) => {
    const ring = await newKeyRing(algorithm)
    expect(ring.all()).toHaveLength(2)
    for (const { kid, publicJwk } of ring.all()) {
      expect(publicJwk).toMatchObject({ kid, alg: algorithm, use: 'sig' })
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(publicJwk).not.toHaveProperty(secret)
    }
  })

  it('has RSA keys of 3072 bits', async () => {
    const [key] = (await newKeyRing('RS256')).all()
    expect(Buffer.from(key?.publicJwk.n ?? '', 'base64url')).toHaveLength(3072 / 8)
  })

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
    expect((await loadKeyRing(portsWith([NEWER, SECRET], ports))).all()).toHaveLength(2)
    await expect(loadKeyRing(portsWith([NEWER], ports))).rejects.toThrow(/secret/)
  })

  it('without an active key refuses to sign', async () => {
    const ring = await loadKeyRing(portsWith([SECRET]))
    expect(() => ring.signing('access')).toThrow(/no active access key/)
  })
})

const started = async () => {
  const ports = portsWith([SECRET])
  await ensureKeys(ports)
  const stored = await ports.keyStore.list()
  const next = await makeKey(ports, 'bearer', 'EdDSA')
  const [bearer] = stored
  if (!bearer) throw new Error('no bearer key')
  return { ports, ring: await loadKeyRing(ports), stored, bearer, next }
}

describe('a ring whose keys others change', () => {
  it('publishes a next key and does not sign with it; signs with it once it is active, and still verifies by the former', async () => {
    const { ports, ring, stored, bearer, next } = await started()
    ports.put([...stored, next])
    expect(ring.verifying(next.kid)).toBeUndefined()
    await ring.catchUp()
    expect(ring.all().map(({ kid }) => kid)).toContain(next.kid)
    expect(ring.signing('bearer').kid).toBe(bearer.kid)
    const rest = stored.filter((key) => key !== bearer)
    ports.put([{ ...bearer, retiringAt: NOW }, ...rest, { ...next, activeAt: NOW }])
    await ring.catchUp()
    expect(ring.signing('bearer')).toMatchObject({ kid: next.kid, algorithm: 'EdDSA' })
    expect(ring.verifying(bearer.kid)).toBeDefined()
  })

  it('forgets a removed key', async () => {
    const { ports, ring, stored, bearer } = await started()
    ports.put(stored.map((key) => (key === bearer ? { ...key, retiringAt: NOW, removedAt: NOW } : key)))
    await ring.catchUp()
    expect(ring.verifying(bearer.kid)).toBeUndefined()
    expect(() => ring.signing('bearer')).toThrow(/no active bearer key/)
  })

  it('reads them once for a change, however many ask, and not at all without one', async () => {
    const { ports, stored, next } = await started()
    let reads = 0
    const list = () => {
      reads += 1
      return ports.keyStore.list()
    }
    const ring = await loadKeyRing({ ...ports, keyStore: { list } })
    const before = reads
    await Promise.all([ring.catchUp(), ring.catchUp()])
    expect(reads).toBe(before)
    ports.put([...stored, next])
    await Promise.all([ring.catchUp(), ring.catchUp(), ring.catchUp()])
    expect(reads).toBe(before + 1)
  })

  it('keeps everybody waiting while they are read after a change, and not only who came first', async () => {
    const { ports, stored, bearer } = await started()
    const reading = Promise.withResolvers<void>()
    let isHeld = false
    const list = async () => {
      const read = await ports.keyStore.list()
      if (isHeld) await reading.promise
      return read
    }
    const ring = await loadKeyRing({ ...ports, keyStore: { list } })
    isHeld = true
    ports.put(stored.filter((key) => key !== bearer))
    const first = ring.catchUp()
    const seen: string[] = []
    const second = ring.catchUp().then(() => seen.push(ring.verifying(bearer.kid) ? 'the removed key' : 'none'))
    await setImmediate()
    expect(seen).toEqual([])
    reading.resolve()
    await Promise.all([first, second])
    expect(seen).toEqual(['none'])
  })

  it('reads them again when they change during a reading', async () => {
    const { ports, stored, bearer, next } = await started()
    let interfere = false
    const list = async () => {
      const read = await ports.keyStore.list()
      if (interfere) ports.put(stored.filter((key) => key !== bearer))
      interfere = false
      return read
    }
    const ring = await loadKeyRing({ ...ports, keyStore: { list } })
    interfere = true
    ports.put([...stored, next])
    await ring.catchUp()
    expect(ring.verifying(bearer.kid)).toBeUndefined()
  })

  it('stays behind when they cannot be read, says so, and tries again', async () => {
    const { ports, stored, next } = await started()
    let broken = false
    const list = async () => {
      if (broken) throw new Error('the disk is gone')
      return ports.keyStore.list()
    }
    const ring = await loadKeyRing({ ...ports, keyStore: { list } })
    broken = true
    ports.put([...stored, next])
    await expect(ring.catchUp()).rejects.toThrow('the disk is gone')
    await expect(ring.catchUp()).rejects.toThrow('the disk is gone')
    broken = false
    await ring.catchUp()
    expect(ring.verifying(next.kid)).toBeDefined()
  })

  it('verifies by a key that only others can open, and refuses to sign with it', async () => {
    const { ports, ring, stored, bearer } = await started()
    const theirs = { ...(await makeKey(portsWith([NEWER]), 'bearer', 'ES256')), activeAt: NOW }
    ports.put([...stored.filter((key) => key !== bearer), { ...bearer, retiringAt: NOW }, theirs])
    await ring.catchUp()
    expect(ring.verifying(theirs.kid)).toBeDefined()
    expect(() => ring.signing('bearer')).toThrow(/no active bearer key/)
    expect(ring.signing('access')).toBeDefined()
  })

  it('would go on believing a removed key without the feed (saboteur)', async () => {
    const { ports, stored, bearer } = await started()
    const deaf = await loadKeyRing({ ...ports, changeFeed: { commitMark: () => 1, newest: () => 0, after: () => [] } })
    ports.put(stored.filter((key) => key !== bearer))
    await deaf.catchUp()
    expect(deaf.verifying(bearer.kid)).toBeDefined()
  })
})
