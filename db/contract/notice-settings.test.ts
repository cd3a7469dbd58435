import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UniqueConflict } from '#db/connection.ts'
import { NOW } from '#db/contract/acme.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { seedEvents, seededEvent } from '#db/contract/seed-events.ts'
import { createPlaceStore } from '#db/place-store.ts'
import { StaleDecision } from '#lib/access/rights.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const ALL_ON = { expiry: true, alerts: true, changes: true }

describe('what people chose', () => {
  const event = () => ({ ...seededEvent('user.mails_chosen', { of: 'mia', by: 'mia' }), tenantId: '*' })
  const chosen = async (...userIds: readonly string[]) =>
    Object.fromEntries(await room.ports.preferenceStore.chosenBy(userIds))

  it('is kept for each, and replaced', async () => {
    const { preferenceStore } = room.ports
    expect(await preferenceStore.choose({ userId: 'mia', preferences: ALL_ON, event: event() })).toBe(true)
    const preferences = { ...ALL_ON, alerts: false }
    expect(await preferenceStore.choose({ userId: 'mia', preferences, event: event() })).toBe(true)
    expect(await chosen('mia', 'adam')).toEqual({ mia: preferences })
    expect(await chosen()).toEqual({})
  })

  it('commits with its record or not at all', async () => {
    const recorded = event()
    await seedEvents(room.connection, [recorded])
    const choosing = room.ports.preferenceStore.choose({ userId: 'mia', preferences: ALL_ON, event: recorded })
    await expect(choosing).rejects.toThrow(UniqueConflict)
    expect(await chosen('mia')).toEqual({})
  })
})

describe('the team address', () => {
  const versions = { tenantId: 'acme', tenant: 0, environment: 0 }
  const event = () => seededEvent('tenant.team_email_changed', { of: 'acme', by: 'adam' })

  it.each([
    ['the tenant', { ...versions, tenant: 1 }],
    ['the environment', { ...versions, environment: 1 }],
  ])('is written only while the rights of %s are those that were read (rule 11)', async (_, stale) => {
    const { teamEmailStore } = room.ports
    const changing = teamEmailStore.changeTeamEmail({ teamEmail: 'a@b.example', versions: stale, event: event() })
    await expect(changing).rejects.toThrow(StaleDecision)
    expect(await teamEmailStore.teamEmail('acme')).toBeUndefined()
    await teamEmailStore.changeTeamEmail({ teamEmail: 'a@b.example', versions, event: event() })
    expect(await teamEmailStore.teamEmail('acme')).toBe('a@b.example')
    expect(await teamEmailStore.teamEmail('globex')).toBeUndefined()
    expect(await auditOf(room.connection, 'acme')).toEqual(['tenant.team_email_changed acme'])
  })
})

describe('places', () => {
  const place = (value: string) => ({
    tenantId: 'acme',
    tokenId: 'of-mia',
    kind: 'agent' as const,
    value,
    firstSeenAt: NOW,
  })
  const asked = [{ tenantId: 'acme', tokenId: 'of-mia' }]

  it('are added all or none, with what there is to tell', async () => {
    const store = createPlaceStore(room.connection)
    await store.add([place('curl')], [])
    const told = seededEvent('token.new_place', { of: 'of-mia' })
    await expect(store.add([place('node'), place('curl')], [told])).rejects.toThrow(StaleDecision)
    expect((await store.placesOf(asked)).map(({ value }) => value)).toEqual(['curl'])
    expect(await auditOf(room.connection, 'acme')).toEqual([])
    await store.add([place('node')], [told])
    expect((await store.placesOf(asked)).map(({ value }) => value).toSorted()).toEqual(['curl', 'node'])
    expect(await auditOf(room.connection, 'acme')).toEqual(['token.new_place of-mia'])
  })

  it('are added for tokens that exist, and others beside them keep none of them out', async () => {
    const store = createPlaceStore(room.connection)
    await store.add(
      [
        { ...place('curl'), tokenId: 'nowhere' },
        { ...place('curl'), tenantId: 'globex' },
      ],
      [],
    )
    await store.add([{ ...place('curl'), tokenId: 'nowhere' }, place('curl')], [])
    const { tokenPlaces } = room.connection.schema
    const kept = await room.connection.queries.select().from(tokenPlaces)
    expect(kept).toEqual([place('curl')])
  })

  it('are asked for by tenant, as is how a token is called', async () => {
    const store = createPlaceStore(room.connection)
    await store.add([place('curl')], [])
    const strangers = [
      { tenantId: 'acme', tokenId: 'nowhere' },
      { tenantId: 'globex', tokenId: 'of-mia' },
    ]
    for (const none of [strangers, []]) {
      expect(await store.placesOf(none)).toEqual([])
      expect(await store.named(none)).toEqual([])
    }
    expect(await store.named(asked)).toEqual([{ tenantId: 'acme', id: 'of-mia', name: 'of-mia', context: 'user' }])
  })
})
