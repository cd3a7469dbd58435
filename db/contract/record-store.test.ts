import { asc } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exchangedWithin, oldExchanges } from '#db/audit-rows.ts'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { seedEvents, seededEvent } from '#db/contract/seed-events.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { PURGED_AT_ONCE } from '#db/purge-in-steps.ts'
import { CHANGES_KEPT, createRecordStore } from '#db/record-store.ts'
import { createSqliteTransaction } from '#db/sqlite-statements.ts'
import { changeWrite } from '#db/writes.ts'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import type { RecordStore } from '#lib/chores/record-store.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let room: Acme
let store: RecordStore
beforeEach(async () => {
  room = await acme()
  store = createRecordStore(room.connection)
})
afterEach(() => room.remove())

const THEN = NOW - 90 * DAY_SECONDS

describe('old exchanges', () => {
  // As a portal gives out ids (RFC 9562 §5.7): 48 bits of milliseconds, then what tells those of one apart.
  const idAt = (at: number, n: number): string => {
    const time = (at * 1000).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`
  }
  const eventAt = (at: number, n: number, type: AuditEventType = 'token.exchanged', tenantId = 'acme') =>
    seededEvent(type, { tenantId, of: 'token-1', id: idAt(at, n), at })
  const kept = async () => {
    const { queries, schema } = room.connection
    const { at, id, type, tenantId } = schema.auditEvents
    const rows = await queries.select({ at, type, tenantId }).from(schema.auditEvents).orderBy(asc(tenantId), asc(id))
    return rows.map((row) => `${row.tenantId} ${row.type} ${row.at - THEN}`)
  }

  it('are forgotten in every account, up to the moment that is said', async () => {
    await seedEvents(room.connection, [
      eventAt(THEN - DAY_SECONDS, 1),
      eventAt(THEN - 1, 2),
      eventAt(THEN, 3),
      eventAt(NOW, 4),
      eventAt(THEN - 1, 5, 'token.exchanged', 'globex'),
      eventAt(THEN + 1, 6, 'token.exchanged', 'globex'),
    ])
    await store.purgeExchanges(THEN)
    expect(await kept()).toEqual([
      'acme token.exchanged 0',
      `acme token.exchanged ${NOW - THEN}`,
      'globex token.exchanged 1',
    ])
  })

  it.runIf(ENGINE === 'sqlite')('are found by their time, as are those of a span', () => {
    const { schema } = room.connection
    const tx = createSqliteTransaction()
    for (const query of [oldExchanges(tx, schema, THEN, 9), exchangedWithin(tx, schema, { from: THEN, until: NOW })])
      expect(explainPlan(room.file, query)).toMatch(/^SEARCH audit_events USING INDEX audit_events_exchanged \(at/)
  })

  it('are those of long ago by what the record says, whatever their id does', async () => {
    await seedEvents(room.connection, [{ ...eventAt(THEN - DAY_SECONDS, 1), at: THEN }])
    await store.purgeExchanges(THEN)
    expect(await kept()).toEqual(['acme token.exchanged 0'])
  })

  it('leave every other event', async () => {
    await seedEvents(room.connection, [
      eventAt(THEN - 9, 1, 'token.issued'),
      eventAt(THEN - 8, 2),
      eventAt(THEN - 7, 3, 'token.revoked'),
      eventAt(THEN - 6, 4),
      eventAt(THEN - 5, 5, 'environment.restored', '*'),
    ])
    await store.purgeExchanges(THEN)
    expect(await kept()).toEqual(['* environment.restored -5', 'acme token.issued -9', 'acme token.revoked -7'])
  })

  it('go however many there are, behind others that stay', async () => {
    const stays = (n: number): boolean => n < PURGED_AT_ONCE + 1 || n % 500 === 0
    const many = Array.from({ length: 3 * PURGED_AT_ONCE }, (_, n) =>
      eventAt(THEN - 9_000 + n, n, stays(n) ? 'token.edited' : 'token.exchanged'),
    )
    await seedEvents(room.connection, many)
    await store.purgeExchanges(THEN)
    const left = await kept()
    expect(left).toHaveLength(many.filter(({ type }) => type === 'token.edited').length)
    expect(left.every((event) => event.includes('token.edited'))).toBe(true)
  })
})

describe('old rows of the feed', () => {
  const append = async (count: number, at: number): Promise<void> => {
    const { atomically, schema } = room.connection
    await atomically((tx) =>
      Array.from({ length: count }, (_, n) => changeWrite(tx, schema, { kind: 'token', key: `acme/${at}/${n}`, at })),
    )
  }
  // As if so many changes had come and gone.
  const skipTo = (seq: number) =>
    room.raw.run(
      room.file === ''
        ? `select setval(pg_get_serial_sequence('changes', 'seq'), ${seq})`
        : `update sqlite_sequence set seq = ${seq} where name = 'changes'`,
    )
  const seqs = async () => {
    const { queries, schema } = room.connection
    const rows = await queries.select({ seq: schema.changes.seq }).from(schema.changes).orderBy(asc(schema.changes.seq))
    return rows.map(({ seq }) => seq)
  }
  const purge = () => store.purgeChanges({ from: THEN, until: NOW })

  it('are forgotten up to the first that is young, and none behind it', async () => {
    await append(2, THEN - 1)
    await append(1, THEN)
    await append(1, THEN - 1)
    await skipTo(2 * CHANGES_KEPT)
    await append(1, NOW)
    await purge()
    expect(await seqs()).toEqual([3, 4, 2 * CHANGES_KEPT + 1])
  })

  it('stay while they are among the newest numbers, and the newest of all for good', async () => {
    await append(3, THEN - 1)
    await skipTo(CHANGES_KEPT + 1)
    await append(1, THEN - 1)
    await purge()
    expect(await seqs()).toEqual([3, CHANGES_KEPT + 2])
    expect(room.connection.feed.newest()).toBe(CHANGES_KEPT + 2)
  })

  it('go as well where a clock ran ahead', async () => {
    await append(2, NOW + 1)
    await skipTo(2 * CHANGES_KEPT)
    await append(1, NOW)
    await purge()
    expect(await seqs()).toEqual([2 * CHANGES_KEPT + 1])
  })

  it('go however many there are', async () => {
    await append(2 * PURGED_AT_ONCE + 1, THEN - 1)
    await skipTo(3 * CHANGES_KEPT)
    await append(2, NOW)
    await purge()
    expect(await seqs()).toEqual([3 * CHANGES_KEPT + 1, 3 * CHANGES_KEPT + 2])
  })

  it('are no loss to whoever follows: it begins anew, and takes nothing for restored', async () => {
    await append(1, THEN - 1)
    await room.settled()
    const { feed, commitMark } = room.connection
    const seen = feed.newest()
    const other = await room.open()
    await skipTo(2 * CHANGES_KEPT)
    await append(1, NOW)
    await purge()
    await append(1, NOW)
    await room.settled()
    for (const each of [room.connection, other]) {
      expect(() => each.commitMark()).not.toThrow()
      expect(each.feed.newest()).toBe(2 * CHANGES_KEPT + 2)
    }
    commitMark()
    // PostgreSQL's has it in memory.
    const after = feed.after(seen)?.map(({ seq }) => seq)
    expect(after ?? 'anew').toEqual(room.file === '' ? [2 * CHANGES_KEPT + 1, 2 * CHANGES_KEPT + 2] : 'anew')
  })

  it('are none in an empty feed', async () => {
    await purge()
    expect(await seqs()).toEqual([])
  })
})

describe('old idempotency keys', () => {
  const answered = async (keys: readonly (readonly [tenantId: string, key: string, createdAt: number])[]) =>
    room.connection.atomically((tx) => [
      {
        label: 'answered',
        rows: tx
          .insert(room.connection.schema.issueRequests)
          .values(
            keys.map(([tenantId, idempotencyKey, createdAt]) => ({
              tenantId,
              userId: 'mia',
              idempotencyKey,
              tokenId: 'token-1',
              createdAt,
            })),
          )
          .returning(),
        expect: keys.length,
      },
    ])
  const kept = async () => {
    const { queries, schema } = room.connection
    const { tenantId, idempotencyKey } = schema.issueRequests
    const rows = await queries
      .select({ tenantId, idempotencyKey })
      .from(schema.issueRequests)
      .orderBy(asc(tenantId), asc(idempotencyKey))
    return rows.map((row) => `${row.tenantId} ${row.idempotencyKey}`)
  }

  it('are forgotten in every account, up to the moment that is said', async () => {
    await answered([
      ['acme', 'one', THEN - 1],
      ['acme', 'two', THEN],
      ['globex', 'one', THEN],
      ['globex', 'two', THEN - 1],
    ])
    await store.purgeIssueRequests(THEN)
    expect(await kept()).toEqual(['acme two', 'globex one'])
  })

  it('go however many there are', async () => {
    for (let list = 0; list < 3; list += 1)
      await answered(
        Array.from({ length: PURGED_AT_ONCE - 1 }, (_, n) => ['acme', `key-${list}-${n}`, THEN - 1] as const),
      )
    await answered([['acme', 'young', NOW]])
    await store.purgeIssueRequests(THEN)
    expect(await kept()).toEqual(['acme young'])
  })
})
