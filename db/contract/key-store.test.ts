import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createKeyStore } from '#db/key-store.ts'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import { keyEvent, keyKeeper } from '#lib/keys/key-event.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import type { KeyStore } from '#lib/keys/key-store.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { StoredSigningKey } from '#lib/keys/signing-key.ts'

let database: TemporaryDatabase
let store: KeyStore
beforeEach(async () => {
  database = await temporaryDatabase()
  store = createKeyStore(database.connection)
})
afterEach(() => database.remove())

const NOW = 1_800_000_000
const SECRET = 'a secret of the tests with more than thirty-two characters'

const key = (kid: string, change: Partial<StoredSigningKey> = {}): StoredSigningKey => ({
  kid,
  purpose: 'bearer',
  algorithm: 'ES256',
  publicJwk: '{"kty":"EC"}',
  privateJwkSealed: 'sealed',
  secretId: 'abcdefgh',
  createdAt: NOW,
  activeAt: NOW,
  retiringAt: null,
  removedAt: null,
  compromisedAt: null,
  ...change,
})

const event = (of: StoredSigningKey, type: AuditEventType = 'signing_key.activated') =>
  keyEvent(systemRandomness, keyKeeper(systemRandomness), type, of, NOW)
const addFirst = (of: StoredSigningKey, to = store) => to.addFirst(of, event(of))

const kids = async () => (await store.list()).map(({ kid }) => kid)

const put = (stored: StoredSigningKey) => {
  const { atomically, schema } = database.connection
  return atomically((tx) => [
    { label: 'key', rows: tx.insert(schema.signingKeys).values(stored).returning(), expect: 1 },
  ])
}

describe('the first key of a purpose', () => {
  it('is kept as it was given', async () => {
    expect(await addFirst(key('k1'))).toBe(true)
    expect(await store.list()).toEqual([key('k1')])
  })

  it('is the only active one: a second is not added, and says so', async () => {
    await addFirst(key('k1'))
    expect(await addFirst(key('k2'))).toBe(false)
    expect(await kids()).toEqual(['k1'])
  })

  it('of each purpose has its own place', async () => {
    expect(await addFirst(key('k1'))).toBe(true)
    expect(await addFirst(key('k2', { purpose: 'access' }))).toBe(true)
  })

  it('makes room when it retires', async () => {
    await addFirst(key('k1', { retiringAt: NOW + 5 }))
    expect(await addFirst(key('k2'))).toBe(true)
  })

  it('of two connections at the same moment, one is kept', async () => {
    const other = await database.open()
    const outcomes = await Promise.all([addFirst(key('k1')), addFirst(key('k2'), createKeyStore(other))])
    await other.close()
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await kids()).toHaveLength(1)
  })

  it('is not swallowed when it fails for another reason', async () => {
    await database.connection.close()
    await expect(addFirst(key('k1'))).rejects.toMatchObject({ code: expect.stringMatching(/^(server|store)\./) })
    database = await temporaryDatabase()
  })
})

describe('the list', () => {
  it('is oldest first, and of one second by kid', async () => {
    await put(key('b', { retiringAt: NOW }))
    await put(key('a', { activeAt: null }))
    await put(key('old', { createdAt: NOW - 1, retiringAt: NOW }))
    expect(await kids()).toEqual(['old', 'a', 'b'])
  })

  it('has retiring keys, which verify on, and none that were removed', async () => {
    await put(key('retiring', { retiringAt: NOW }))
    await put(key('removed', { retiringAt: NOW, removedAt: NOW + 9 }))
    expect(await kids()).toEqual(['retiring'])
  })
})

describe('several processes that start at once', () => {
  it('end with one key of each purpose, and all sign with it', async () => {
    const others = await Promise.all([database.open(), database.open()])
    const secretRing = createSecretRing([SECRET])
    const ports = [database.connection, ...others].map((connection) => ({
      clock: { now: () => NOW },
      randomness: systemRandomness,
      secretRing,
      keyStore: createKeyStore(connection),
      changeFeed: connection.feed,
    }))
    await Promise.all(ports.map((each) => ensureKeys(each)))
    const rings = await Promise.all(ports.map(loadKeyRing))
    for (const purpose of ['bearer', 'access'] as const)
      expect(new Set(rings.map((ring) => ring.signing(purpose).kid)).size).toBe(1)
    expect((await store.list()).map(({ purpose }) => purpose).sort()).toEqual(['access', 'bearer'])
    for (const other of others) await other.close()
  })

  it('keep no private half in clear', async () => {
    const secretRing = createSecretRing([SECRET])
    await ensureKeys({ clock: { now: () => NOW }, randomness: systemRandomness, secretRing, keyStore: store })
    const { signingKeys } = database.connection.schema
    const [row] = await database.connection.queries.select().from(signingKeys).where(eq(signingKeys.purpose, 'access'))
    expect(Object.keys(JSON.parse(row?.publicJwk ?? ''))).not.toContain('d')
    expect(() => JSON.parse(Buffer.from(row?.privateJwkSealed ?? '', 'base64url').toString())).toThrow(SyntaxError)
    const { d } = JSON.parse(
      secretRing.open('signing-key', row?.kid ?? '', {
        sealed: row?.privateJwkSealed ?? '',
        secretId: row?.secretId ?? '',
      }),
    )
    expect(JSON.stringify(row)).not.toContain(d)
  })
})
