import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessJwt, type KeyWorld, keyWorld, OPERATOR } from '#db/contract/key-world.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { createKeyStore } from '#db/key-store.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { KeyStep } from '#lib/keys/key-store.ts'
import { makeKey } from '#lib/keys/make-key.ts'
import { keyStep } from '#lib/keys/rotate-keys.ts'
import { type KeyPurpose, type StoredSigningKey, stateOf } from '#lib/keys/signing-key.ts'

let world: KeyWorld
beforeEach(async () => {
  world = await keyWorld()
})
afterEach(() => world.remove())

const made = (purpose: KeyPurpose = 'bearer') => makeKey(world.ports, purpose, 'ES256')
const step = (kind: KeyStep['kind'], key: StoredSigningKey) => keyStep(world.ports, OPERATOR, kind, key)
const take = (...steps: KeyStep[]) => world.keyStore.change({ at: world.clock.now(), steps })
const activeKey = async (purpose: KeyPurpose) => {
  const key = (await world.keyStore.list()).find((each) => each.purpose === purpose && stateOf(each) === 'active')
  if (!key) throw new Error(`no active ${purpose} key`)
  return key
}
const states = async () => (await world.keyStore.history()).map((key) => `${key.purpose} ${stateOf(key)}`).sort()

describe('steps', () => {
  it('lead a key through its life, with a record and a change each time', async () => {
    const next = await made()
    const former = await activeKey('bearer')
    const before = (await changesOf(world.connection)).length
    await take(step('publish', next))
    expect(await states()).toEqual(['access active', 'bearer active', 'bearer next'])
    await take(step('retire', former), step('activate', next))
    expect(await states()).toEqual(['access active', 'bearer active', 'bearer retiring'])
    await take(step('remove', former))
    expect(await states()).toEqual(['access active', 'bearer active', 'bearer removed'])
    expect((await activeKey('bearer')).kid).toBe(next.kid)
    expect((await changesOf(world.connection)).slice(before)).toEqual(['keys keys', 'keys keys', 'keys keys'])
    const recorded = await auditOf(world.connection, '*')
    expect(recorded).toEqual(
      expect.arrayContaining([
        `signing_key.published ${next.kid}`,
        `signing_key.activated ${next.kid}`,
        `signing_key.retired ${former.kid}`,
        `signing_key.removed ${former.kid}`,
      ]),
    )
  })

  it('take the private half of what signs no more', async () => {
    const former = await activeKey('bearer')
    const next = await made()
    await take(step('publish', next), step('retire', former), step('activate', next))
    const retired = (await world.keyStore.list()).find(({ kid }) => kid === former.kid)
    expect(retired).toMatchObject({ privateJwkSealed: '', publicJwk: former.publicJwk })
    expect((await activeKey('bearer')).privateJwkSealed).not.toBe('')
  })

  it('choose what a purpose signs with, and leave the other alone', async () => {
    const chosen = { purpose: 'access', algorithm: 'EdDSA' } as const
    await world.keyStore.change({ at: world.clock.now(), steps: [], chosen })
    expect(await world.keyStore.settings()).toMatchObject({ algorithms: { bearer: 'ES256', access: 'EdDSA' } })
  })
})

describe('a step from another state than the one it begins in', () => {
  const refused = async (...steps: KeyStep[]) => {
    const before = [await states(), await auditOf(world.connection, '*'), await changesOf(world.connection)]
    await expect(take(...steps)).rejects.toBeInstanceOf(StaleDecision)
    expect([await states(), await auditOf(world.connection, '*'), await changesOf(world.connection)]).toEqual(before)
  }

  it('is refused, and nothing is done of its list', async () => {
    const active = await activeKey('bearer')
    expect(await states()).toEqual(['access active', 'bearer active'])
    const next = await made()
    await refused(step('activate', active))
    await refused(step('remove', active))
    await refused(step('publish', next), step('activate', next))
    await refused(step('publish', next), step('publish', await made()))
    await refused(step('activate', next))
    await take(step('publish', next))
    await refused(step('retire', next))
    await refused(step('publish', await made()))
    await take(step('remove', next))
    await refused(step('remove', next))
    await refused(step('activate', next))
  })

  it('is refused for an access key that a live credential names, whatever was decided', async () => {
    const former = await activeKey('access')
    const next = await made('access')
    const { token } = await accessJwt(world, 'mia')
    const ended = await accessJwt(world, 'max', { expiry: { kind: 'after', seconds: 60 } })
    await take(step('publish', next), step('retire', former), step('activate', next))
    expect(await world.keyStore.inUse([former.kid, next.kid], world.clock.now())).toEqual(new Set([former.kid]))
    expect(await world.keyStore.liveCredentials(world.clock.now())).toEqual(new Map([[former.kid, 2]]))
    await refused(step('remove', former))
    await world.tokens.revoke(await world.as('mia'), token.id)
    await refused(step('remove', former))
    world.advance(60)
    expect(ended.token.expiresAt).toBe(world.clock.now())
    expect(await world.keyStore.inUse([former.kid], world.clock.now())).toEqual(new Set())
    await take(step('remove', former))
  })

  it('is refused while the former credential of a rotated token overlaps', async () => {
    const former = await activeKey('access')
    const { token } = await accessJwt(world, 'mia')
    const next = await made('access')
    await take(step('publish', next), step('retire', former), step('activate', next))
    await world.tokens.rotate(await world.as('mia'), token.id, { overlapSeconds: 100 })
    await refused(step('remove', former))
    world.advance(100)
    await take(step('remove', former))
    expect(await world.keyStore.liveCredentials(world.clock.now())).toEqual(new Map([[next.kid, 1]]))
  })
})

describe('two processes that tend the keys at the same moment', () => {
  it('end with one key of each state', async () => {
    await world.keys.rotate(OPERATOR, { purpose: 'bearer', atOnce: false })
    world.advance(3600)
    const other = await world.otherProcess()
    await Promise.all([world.keys.tend(), other.keys.tend(), world.keys.tend()])
    expect(await states()).toEqual(['access active', 'bearer active', 'bearer retiring'])
    const activated = (await auditOf(world.connection, '*')).filter((line) => line.startsWith('signing_key.activated'))
    expect(activated).toHaveLength(3)
  })

  it('of which one is slow finds the keys changed, and its list undone', async () => {
    const slow = await world.open()
    const former = await activeKey('bearer')
    const [one, two] = [await made(), await made()]
    const replace = (key: StoredSigningKey) => [step('publish', key), step('retire', former), step('activate', key)]
    await take(...replace(one))
    const late = createKeyStore(slow).change({ at: world.clock.now(), steps: replace(two) })
    await expect(late).rejects.toBeInstanceOf(StaleDecision)
    await slow.close()
    expect((await activeKey('bearer')).kid).toBe(one.kid)
  })
})
