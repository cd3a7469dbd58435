import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changesOf } from '#db/contract/read-records.ts'
import { personal, START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { createUsageStore } from '#db/usage-store.ts'
import type { Principal } from '#lib/access/principal.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import { finishSilentRotations } from '#lib/tokens/finish-silent-rotations.ts'
import { dayOf } from '#lib/tokens/retired-use.ts'
import type { RotationStore } from '#lib/tokens/rotation-store.ts'

let world: TokenFixture
let mia: Principal
beforeEach(async () => {
  world = await tokenFixture()
  mia = await world.as('mia')
})
afterEach(() => world.remove())

const finish = (change: Partial<RotationStore> = {}) =>
  finishSilentRotations({ ...world.ports, rotationStore: { ...world.ports.rotationStore, ...change } })()

/** A token whose former credential may go on for a week, and a use of either. */
const rotated = async () => {
  const { token } = await world.tokens.issue(mia, personal())
  await world.tokens.rotate(mia, token.id, { overlapSeconds: 7 * DAY_SECONDS })
  const [current, former] = await world.ports.tokenStore.credentials('acme', token.id)
  const ids = { current: current?.id ?? '', former: former?.id ?? '' }
  const seen = (which: keyof typeof ids) =>
    createUsageStore(world.connection).add({
      days: [],
      credentials: [
        {
          tenantId: 'acme',
          tokenId: token.id,
          credentialId: ids[which],
          lastUsedAt: world.clock.now(),
          address: null,
          agent: null,
        },
      ],
    })
  const isOn = async () => {
    const [, end] = await world.ports.tokenStore.credentials('acme', token.id)
    return (end?.endsAt ?? 0) > world.clock.now()
  }
  return { token, ids, seen, isOn }
}

describe('a rotation whose former credential is silent', () => {
  it('finishes by itself, recorded as Latchkey’s doing and told to every cache', async () => {
    const { token, ids, seen, isOn } = await rotated()
    await seen('former')
    world.advance(DAY_SECONDS)
    await seen('current')
    const before = await changesOf(world.connection)
    await finish()
    expect(await isOn()).toBe(false)
    expect((await world.ports.tokenStore.credentials('acme', token.id)).map(({ endsAt }) => endsAt)).toEqual([
      null,
      START + DAY_SECONDS,
    ])
    expect(await changesOf(world.connection)).toEqual([...before, `token acme/${token.id}`])
    const { queries, schema } = world.connection
    const events = await queries.select().from(schema.auditEvents)
    const told = events.find(({ type }) => type === 'token.rotation_finished')
    expect(told).toMatchObject({ actorKind: 'system', actorName: 'Latchkey', targetId: token.id, tenantId: 'acme' })
    // What the log calls the chore.
    expect(told?.requestId).toBe('tokens.finish_rotations')
    expect(JSON.parse(told?.details ?? '')).toMatchObject({ reason: 'silent', endedCredentialId: ids.former })
    await finish()
    expect(await changesOf(world.connection)).toHaveLength(before.length + 1)
  })

  it('goes on while the former one is used', async () => {
    const { seen, isOn } = await rotated()
    for (let hour = 0; hour < 48; hour += 6) {
      world.advance(6 * HOUR_SECONDS)
      await seen('former')
      await seen('current')
      world.advance(1)
      await finish()
    }
    expect(await isOn()).toBe(true)
    world.advance(DAY_SECONDS)
    await seen('current')
    await finish()
    expect(await isOn()).toBe(false)
  })

  it('goes on while nobody uses the new one', async () => {
    const { seen, isOn } = await rotated()
    await seen('former')
    world.advance(3 * DAY_SECONDS)
    await finish()
    expect(await isOn()).toBe(true)
  })

  it('goes on where the former one is used between the look and the write', async () => {
    const { seen, isOn } = await rotated()
    world.advance(DAY_SECONDS)
    await seen('current')
    const { finishSilent } = world.ports.rotationStore
    const met: boolean[] = []
    await finish({
      finishSilent: async (...asked) => {
        await seen('former')
        met.push(await finishSilent(...asked))
        return false
      },
    })
    expect([met, await isOn()]).toEqual([[false], true])
  })

  it('goes on where somebody extends it in the same moment', async () => {
    const { token, seen, isOn } = await rotated()
    world.advance(DAY_SECONDS)
    await seen('current')
    const { finishSilent } = world.ports.rotationStore
    await finish({
      finishSilent: async (...asked) => {
        await world.tokens.extendRotation(mia, token.id, { kind: 'after', seconds: 20 * DAY_SECONDS })
        return finishSilent(...asked)
      },
    })
    expect(await isOn()).toBe(true)
  })

  it('goes on for the rhythm that the token had', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    const ids = { tenantId: 'acme', tokenId: token.id }
    const mondays = [0, 7, 14, 21, 28].map((day) => dayOf(START) + day * DAY_SECONDS)
    const use = { ...ids, permission: '', outcome: 'accepted', count: 1, asked: 0 } as const
    const days = mondays.map((day) => ({ ...use, day }))
    await createUsageStore(world.connection).add({ days, credentials: [] })
    world.advance(29 * DAY_SECONDS)
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 14 * DAY_SECONDS })
    const [current, former] = await world.ports.tokenStore.credentials('acme', token.id)
    const isOnAfter = async (seconds: number) => {
      world.advance(seconds)
      const use = { ...ids, credentialId: current?.id ?? '', lastUsedAt: world.clock.now(), address: null, agent: null }
      await createUsageStore(world.connection).add({ days: [], credentials: [use] })
      await finish()
      const [, end] = await world.ports.tokenStore.credentials('acme', token.id)
      return end?.endsAt === former?.endsAt
    }
    expect(await isOnAfter(8 * DAY_SECONDS)).toBe(true)
    expect(await isOnAfter(3 * DAY_SECONDS)).toBe(false)
  })

  it('does not count the time in which the token was paused', async () => {
    const { token, seen, isOn } = await rotated()
    await seen('former')
    await world.tokens.pause(mia, token.id)
    world.advance(3 * DAY_SECONDS)
    await finish()
    await world.tokens.resume(mia, token.id)
    await seen('current')
    await finish()
    expect(await isOn()).toBe(true)
    world.advance(DAY_SECONDS + 1)
    await seen('current')
    await finish()
    expect(await isOn()).toBe(false)
  })
})

describe('looking for silent rotations', () => {
  it('meets each of many once, in every tenant, and none that is over', async () => {
    const gus = await world.as('gus')
    for (let index = 0; index < 3; index += 1) await rotated()
    const { token: theirs } = await world.tokens.issue(gus, personal())
    await world.tokens.rotate(gus, theirs.id)
    const { token: over } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, over.id, { overlapSeconds: 0 })
    const { rotationStore } = world.ports
    const asked = { now: START, silentSince: START - 1, limit: 2 }
    const first = await rotationStore.overlaps(asked, undefined)
    const second = await rotationStore.overlaps(asked, first.at(-1))
    const third = await rotationStore.overlaps(asked, second.at(-1))
    const met = [...first, ...second, ...third]
    expect([first.length, second.length, third.length]).toEqual([2, 2, 0])
    expect(new Set(met.map(({ tokenId }) => tokenId)).size).toBe(4)
    expect(met.map(({ tenantId }) => tenantId)).toEqual(['acme', 'acme', 'acme', 'globex'])
    expect(met.some(({ tokenId }) => tokenId === over.id)).toBe(false)
  })

  it('finishes them all, however many there are', async () => {
    const many = []
    for (let index = 0; index < 105; index += 1) many.push(await rotated())
    world.advance(DAY_SECONDS)
    for (const { seen } of many) await seen('current')
    await finish()
    const on = await Promise.all(many.map(({ isOn }) => isOn()))
    expect(on.filter(Boolean)).toEqual([])
  })
})
