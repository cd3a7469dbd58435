import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UniqueConflict } from '#db/connection.ts'
import { NOW } from '#db/contract/acme.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { seedEvents, seededEvent } from '#db/contract/seed-events.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import type { CalendarFeed, CalendarQuery } from '#lib/notices/calendar-store.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const feed = (userId: string, digest = `digest of ${userId}`): CalendarFeed => ({
  userId,
  digest,
  secretId: 'one',
  createdAt: NOW,
})
const event = (userId: string, type: 'user.calendar_made' | 'user.calendar_ended' = 'user.calendar_made') => ({
  ...seededEvent(type, { of: userId, by: userId }),
  tenantId: '*',
})
const store = () => room.ports.calendarStore

describe('a calendar', () => {
  it('is found by any of its ring’s digests, and is one for each person', async () => {
    expect(await store().put(feed('mia', 'former'), event('mia'))).toBe(true)
    expect(await store().put(feed('mia', 'present'), event('mia'))).toBe(true)
    expect(await store().put(feed('adam'), event('adam'))).toBe(true)
    expect(await store().find(['present', 'x'])).toEqual(feed('mia', 'present'))
    expect(await store().find(['former'])).toBeUndefined()
    expect(await store().find([])).toBeUndefined()
    expect(await store().madeAt('mia')).toBe(NOW)
    expect(await store().madeAt('olga')).toBeUndefined()
  })

  it('is made by nobody who is disabled or unknown, and nothing is recorded then', async () => {
    await room.disable('mia')
    expect(await store().put(feed('mia'), event('mia'))).toBe(false)
    expect(await store().put(feed('nobody'), event('nobody'))).toBe(false)
    expect(await auditOf(room.connection, '*')).toEqual([])
  })

  it('is not found while its person is disabled', async () => {
    await store().put(feed('mia'), event('mia'))
    await room.disable('mia')
    expect(await store().find(['digest of mia'])).toBeUndefined()
  })

  it('ends once, with its record', async () => {
    await store().put(feed('mia'), event('mia'))
    await store().put(feed('adam'), event('adam'))
    expect(await store().end('mia', event('mia', 'user.calendar_ended'))).toBe(true)
    expect(await store().end('mia', event('mia', 'user.calendar_ended'))).toBe(false)
    expect(await store().find(['digest of adam'])).toBeDefined()
    expect(await auditOf(room.connection, '*')).toEqual([
      'user.calendar_ended mia',
      'user.calendar_made adam',
      'user.calendar_made mia',
    ])
  })

  it('commits with its record or not at all', async () => {
    const made = event('mia')
    await seedEvents(room.connection, [made])
    await expect(store().put(feed('mia'), made)).rejects.toThrow(UniqueConflict)
    expect(await store().madeAt('mia')).toBeUndefined()
  })
})

describe('the tokens of a calendar', () => {
  const MIA: CalendarQuery = { tenantId: 'acme', userId: 'mia', managesTokens: false, after: NOW, limit: 10 }
  const idsOf = async (query: Partial<CalendarQuery> = {}) =>
    (await store().tokens({ ...MIA, ...query })).map(({ id }) => id)
  beforeEach(() =>
    seedTokens(room.connection, [
      { tenantId: 'acme', id: 'late', ownerUserId: 'mia', expiresAt: NOW + 30 },
      { tenantId: 'acme', id: 'soon', ownerUserId: 'mia', expiresAt: NOW + 10 },
      { tenantId: 'acme', id: 'now', ownerUserId: 'mia', expiresAt: NOW },
      { tenantId: 'acme', id: 'revoked', ownerUserId: 'mia', expiresAt: NOW + 10, revokedAt: NOW },
      { tenantId: 'acme', id: 'shared', expiresAt: NOW + 20 },
      { tenantId: 'acme', id: 'adams', ownerUserId: 'adam', expiresAt: NOW + 20 },
      { tenantId: 'globex', id: 'there', ownerUserId: 'mia', expiresAt: NOW + 10 },
      { tenantId: 'globex', id: 'shared-there', expiresAt: NOW + 10 },
    ]),
  )

  it('are a person’s own in one tenant, soonest first (rule 4)', async () => {
    expect(await idsOf()).toEqual(['soon', 'late'])
    expect(await idsOf({ after: NOW - 1 })).toEqual(['now', 'soon', 'late'])
    expect(await idsOf({ tenantId: 'globex' })).toEqual(['there'])
  })

  it('are the tenant’s own as well for who manages them, and nobody else’s', async () => {
    expect(await idsOf({ managesTokens: true })).toEqual(['soon', 'shared', 'late'])
    expect(await idsOf({ managesTokens: true, limit: 2 })).toEqual(['soon', 'shared'])
  })

  it('come from the tenants that a person belongs to', async () => {
    expect(await store().tenantsOf('mia')).toEqual(['acme', 'globex'])
    expect(await store().tenantsOf('adam')).toEqual(['acme'])
    await room.leave('mia')
    expect(await store().tenantsOf('mia')).toEqual([])
  })
})
