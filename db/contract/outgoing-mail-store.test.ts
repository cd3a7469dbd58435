import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { createOutgoingMailStore } from '#db/notices/outgoing-mail-store.ts'
import { toldQuery } from '#db/notices/told-store.ts'
import { PURGED_AT_ONCE } from '#db/purge-in-steps.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { OutgoingMail, WaitingMail } from '#lib/notices/outgoing-mail.ts'

const AT = 1_800_000_000

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const mail = (id: string, over: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id,
  address: 'ada@example.com',
  subject: 's',
  body: 'b',
  createdAt: AT,
  sentAt: null,
  ...over,
})
const store = () => room.ports.outgoingMailStore
const idsWaiting = async (now = AT) => (await store().waiting(now, 10)).map(({ id }) => id)
const waitingMail = async (): Promise<WaitingMail> => {
  const [first] = await store().waiting(AT, 1)
  if (!first) throw new Error('no mail waits')
  return first
}

describe('mails that were decided on', () => {
  it('are known by their ids, and wait unless another mail tells of them', async () => {
    await store().add([mail('one'), mail('other', { sentAt: AT })])
    expect(await store().decided(['one', 'other', 'third'])).toEqual(new Set(['one', 'other']))
    expect(await idsWaiting()).toEqual(['one'])
  })

  it('are added all or none', async () => {
    await store().add([mail('one')])
    await expect(store().add([mail('new'), mail('one', { body: 'other' })])).rejects.toThrow(StaleDecision)
    expect(await store().decided(['one', 'new'])).toEqual(new Set(['one']))
    expect(await waitingMail()).toMatchObject({ body: 'b' })
  })

  it('may be more than a statement takes', async () => {
    const many = Array.from({ length: 6000 }, (_, index) => mail(`mail-${index}`))
    await store().add(many)
    expect((await store().decided(many.map(({ id }) => id))).size).toBe(6000)
    await store().add([])
  })
})

describe('an attempt', () => {
  it('is one process’s', async () => {
    await store().add([mail('one')])
    const read = await waitingMail()
    const claims = await Promise.all([1, 2, 3].map(() => store().claim(read, AT + 60)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await idsWaiting(AT + 59)).toEqual([])
    expect(await idsWaiting(AT + 60)).toEqual(['one'])
  })

  it.each(['sent', 'given_up'] as const)('is none after it was %s', async (as) => {
    await store().add([mail('one')])
    const read = await waitingMail()
    await store().settle('one', as, AT + 1)
    expect(await store().claim(read, AT + 60)).toBe(false)
    expect(await idsWaiting(AT + 1000)).toEqual([])
    await store().settle('one', as === 'sent' ? 'given_up' : 'sent', AT + 2)
    expect(await room.rows()).toMatchObject([{ [as === 'sent' ? 'sentAt' : 'givenUpAt']: AT + 1 }])
  })

  it('is first for who waits longest', async () => {
    await store().add([mail('b', { createdAt: AT - 1 }), mail('a'), mail('c', { createdAt: AT - 2 })])
    expect(await idsWaiting()).toEqual(['c', 'b', 'a'])
    expect(await idsWaiting(AT - 1)).toEqual(['c', 'b'])
  })
})

it('deletes what was settled, and never what waits', async () => {
  await store().add([mail('sent'), mail('given up'), mail('waiting'), mail('young', { createdAt: AT + 10 })])
  await store().settle('sent', 'sent', AT)
  await store().settle('given up', 'given_up', AT)
  await store().settle('young', 'sent', AT + 10)
  await store().purge(AT + 5)
  expect((await room.rows()).map(({ id }) => id)).toEqual(['waiting', 'young'])
})

it('deletes however many there are, in lists that keep nobody waiting', async () => {
  const many = Array.from({ length: 2 * PURGED_AT_ONCE + 1 }, (_, index) => mail(`mail-${index}`, { sentAt: AT }))
  await store().add([...many, mail('waiting')])
  const deleted: number[] = []
  const { connection } = room
  const atomically: typeof connection.atomically = async (list) => {
    const rows = await connection.atomically(list)
    deleted.push(rows[0]?.length ?? 0)
    return rows
  }
  await createOutgoingMailStore({ ...connection, atomically }).purge(AT + 5)
  expect(deleted).toEqual([PURGED_AT_ONCE, PURGED_AT_ONCE, 1])
  expect((await room.rows()).map(({ id }) => id)).toEqual(['waiting'])
})

describe('what deciding reads', () => {
  it.runIf(ENGINE === 'sqlite')('is found by its time, past the exchanges', () => {
    const after = { at: AT, id: 'x' }
    for (const since of [[AT, 10] as const, [AT, 10, after] as const]) {
      const plan = explainPlan(room.file, toldQuery(room.connection, [...since]))
      expect(plan).toContain('SEARCH audit_events USING INDEX audit_events_told (at>?)')
      expect(plan).not.toMatch(/SCAN|TEMP B-TREE/)
    }
  })

  it('comes oldest first, in pages, of every tenant', async () => {
    await room.happens('token.leaked', 'of-mia', { id: 'b', at: AT })
    await room.happens('token.leaked', 'of-acme', { id: 'a', at: AT })
    await room.happens('token.leaked', 'of-mia', { id: 'c', at: AT + 1 })
    await room.happens('token.leaked', 'of-mia', { id: 'd', at: AT - 1 })
    const [first, ...others] = await room.ports.toldStore.since(AT, 2)
    expect([first, ...others].map((told) => told?.id)).toEqual(['a', 'b'])
    expect(first).toMatchObject({ tenantId: 'acme', token: { id: 'of-acme', context: 'tenant' } })
    const behind = others.at(-1)
    expect((await room.ports.toldStore.since(AT, 2, behind)).map(({ id }) => id)).toEqual(['c'])
  })

  it('names each holder of a role once, and none who is disabled', async () => {
    const { memberRoles } = room.connection.schema
    await amend(room.connection, (tx) =>
      tx.insert(memberRoles).values({ tenantId: 'acme', userId: 'olga', roleKey: 'admin' }).returning(),
    )
    expect(await room.ports.toldStore.holders('acme', ['owner', 'admin'])).toEqual([
      { userId: 'adam', email: 'adam@example.com' },
      { userId: 'olga', email: 'olga@example.com' },
    ])
    await room.disable('adam')
    expect(await room.ports.toldStore.holders('acme', ['owner', 'admin'])).toHaveLength(1)
    expect(await room.ports.toldStore.holders('acme', [])).toEqual([])
  })
})
