import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { seedEvents, seededEvent } from '#db/contract/seed-events.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { createNoticeStore, noticesQuery, unreadQuery } from '#db/notices/notice-store.ts'
import type { NoticeReader } from '#lib/notices/notice-store.ts'

const MIA: NoticeReader = { tenantId: 'acme', userId: 'mia', managesTokens: false }
const OLGA: NoticeReader = { tenantId: 'acme', userId: 'olga', managesTokens: true }

let room: Acme
beforeEach(async () => {
  room = await acme()
  await seedTokens(room.connection, [
    { tenantId: 'acme', id: 'of-mia', ownerUserId: 'mia' },
    { tenantId: 'acme', id: 'of-acme' },
  ])
})
afterEach(() => room.remove())

describe.runIf(ENGINE === 'sqlite')('the plans', () => {
  it.each([
    ['who owns tokens', MIA, 'audit_events_told_of'],
    ['who manages them', OLGA, 'audit_events_told_in'],
  ])('for %s go through an index without exchanges', (_, reader, index) => {
    const below = { at: NOW, id: 'x' }
    const plans = [
      explainPlan(room.file, noticesQuery(room.connection, { ...reader, limit: 26 })),
      explainPlan(room.file, noticesQuery(room.connection, { ...reader, limit: 26, below })),
      explainPlan(room.file, unreadQuery(room.connection, reader.managesTokens)),
    ]
    for (const plan of plans) {
      expect(plan).toContain(index)
      expect(plan).not.toMatch(/SCAN/)
    }
  })
})

it('finds the few among many exchanges', async () => {
  const exchanges = Array.from({ length: 20_000 }, (_, index) =>
    seededEvent('token.exchanged', { of: index % 2 === 0 ? 'of-mia' : 'of-acme', at: NOW + (index % 1000) }),
  )
  await seedEvents(room.connection, exchanges)
  await seedEvents(room.connection, [
    seededEvent('token.leaked', { of: 'of-mia', id: 'one' }),
    seededEvent('token.leaked', { of: 'of-acme', id: 'other' }),
  ])
  const store = createNoticeStore(room.connection)
  expect((await store.list({ ...MIA, limit: 10 })).map(({ id }) => id)).toEqual(['one'])
  expect((await store.list({ ...OLGA, limit: 10 })).map(({ id }) => id)).toEqual(['other'])
  expect(await store.countAfter(OLGA, { at: 0, id: null }, 100)).toBe(1)
})

it('counts no further than asked', async () => {
  const events = Array.from({ length: 8 }, () => seededEvent('token.new_place', { of: 'of-acme' }))
  await seedEvents(room.connection, events)
  expect(await createNoticeStore(room.connection).countAfter(OLGA, { at: 0, id: null }, 5)).toBe(5)
})

it('knows nothing of who is no member', async () => {
  const store = createNoticeStore(room.connection)
  expect(await store.readUntil('acme', 'gina')).toBeUndefined()
  expect(await store.readUntil('acme', 'mia')).toEqual({ at: 1_800_000_000, id: '' })
})

describe('how far somebody has read', () => {
  const secondOf = (at: number) =>
    ['a', 'b', 'c'].map((id) => seededEvent('token.leaked', { of: 'of-acme', at, id: `${id}-${at}` }))
  beforeEach(() => seedEvents(room.connection, [...secondOf(NOW + 1), ...secondOf(NOW + 2)]))
  const unread = async () => {
    const store = createNoticeStore(room.connection)
    const mark = await store.readUntil('acme', 'olga')
    return mark && store.countAfter(OLGA, mark, 100)
  }

  it('is a place within a second, and moves on alone', async () => {
    const { markRead } = createNoticeStore(room.connection)
    const counts = [await unread()]
    for (const until of [
      { at: NOW + 1, id: `b-${NOW + 1}` },
      { at: NOW + 1, id: `a-${NOW + 1}` },
      { at: NOW + 1, id: `c-${NOW + 1}` },
      { at: NOW + 2, id: '' },
      { at: NOW + 1, id: 'z' },
      { at: NOW + 2, id: `c-${NOW + 2}` },
    ]) {
      await markRead('acme', 'olga', until)
      counts.push(await unread())
    }
    expect(counts).toEqual([6, 4, 4, 3, 3, 3, 0])
  })

  it('was all of a second before places were kept, and still is', async () => {
    const { noticeReads } = room.connection.schema
    const former = { tenantId: 'acme', userId: 'olga', readUntil: NOW + 1 }
    await amend(room.connection, (tx) => tx.insert(noticeReads).values(former).returning())
    expect(await unread()).toBe(3)
    const { markRead } = createNoticeStore(room.connection)
    await markRead('acme', 'olga', { at: NOW + 1, id: `a-${NOW + 1}` })
    expect(await unread()).toBe(3)
    await markRead('acme', 'olga', { at: NOW + 2, id: `a-${NOW + 2}` })
    expect(await unread()).toBe(2)
  })
})

it('keeps whose token it is, what was said and from where', async () => {
  const actor = { kind: 'user', id: 'olga', name: 'Olga' } as const
  const event = seededEvent('token.revoked', { of: 'of-mia', address: '192.0.2.7', details: { reason: 'leaked' } })
  await seedEvents(room.connection, [{ ...event, actor }])
  const [notice] = await createNoticeStore(room.connection).list({ ...MIA, limit: 1 })
  expect(notice).toEqual({
    id: event.id,
    at: NOW,
    type: 'token.revoked',
    actor,
    address: '192.0.2.7',
    details: { reason: 'leaked' },
    token: { id: 'of-mia', name: 'of-mia', context: 'user', ownerUserId: 'mia' },
  })
})
