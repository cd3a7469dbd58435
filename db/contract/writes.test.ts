import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import { auditOf, changesOf, rightsVersionOf } from '#db/contract/read-records.ts'
import { seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { guardEnvironment } from '#db/operator-store.ts'
import {
  atomicallyGuarded,
  auditWrite,
  auditWrites,
  bumpEnvironmentRights,
  bumpTenantRights,
  changeWrite,
  guardRights,
} from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'

let database: TemporaryDatabase
let connection: Connection
beforeEach(async () => {
  database = await temporaryDatabase()
  connection = database.connection
  await seedTenant(connection, { id: 'acme' })
  await seedTenant(connection, { id: 'globex' })
})
afterEach(() => database.remove())

const NOW = 1_800_000_100
const CURRENT = { tenantId: 'acme', tenant: 0, environment: 0 }

const event = (id: string, change: Partial<AuditEvent> = {}): AuditEvent => ({
  tenantId: 'acme',
  id,
  at: NOW,
  type: 'token.paused',
  actor: { kind: 'user', id: 'olga', name: 'Olga' },
  target: { kind: 'token', id: `target of ${id}`, name: 'CI' },
  requestId: 'req-1',
  address: '192.0.2.1',
  details: { reason: 'leak' },
  ...change,
})

const environmentVersion = async () => {
  const [row] = await connection.queries.select().from(connection.schema.environment)
  return row?.rightsVersion
}

/** State, its event and its change, as a store writes them behind guards. */
const state = (tx: Transaction): readonly Write[] => {
  const { users } = connection.schema
  const eve = { id: 'eve', email: 'eve@example.com', name: 'Eve', createdAt: NOW }
  return [
    { label: 'user', rows: tx.insert(users).values(eve).returning({ id: users.id }), expect: 1 },
    auditWrite(tx, connection.schema, event('e1')),
    changeWrite(tx, connection.schema, { kind: 'user', key: 'eve', at: NOW }),
  ]
}

const everything = async () => ({
  users: (await connection.queries.select().from(connection.schema.users)).map(({ id }) => id),
  audit: await auditOf(connection, 'acme'),
  changes: await changesOf(connection),
})

const NOTHING = { users: [], audit: [], changes: [] }
const ALL = { users: ['eve'], audit: ['token.paused target of e1'], changes: ['user eve'] }

describe('a list behind guards of rights', () => {
  const guarded = (versions: typeof CURRENT) =>
    atomicallyGuarded(connection, (tx) => [...guardRights(tx, connection.schema, versions), ...state(tx)])

  it('is written, state and event and change, while the versions are those decided on', async () => {
    await guarded(CURRENT)
    expect(await everything()).toEqual(ALL)
  })

  it.each([
    ['a tenant version that moved on', { ...CURRENT, tenant: -1 }],
    ['a tenant version to come', { ...CURRENT, tenant: 1 }],
    ['an environment version that moved on', { ...CURRENT, environment: -1 }],
    ['an environment version to come', { ...CURRENT, environment: 1 }],
    ['a tenant that has gone', { ...CURRENT, tenantId: 'initech' }],
  ])('is a stale decision at %s, and nothing of it is written', async (_, versions) => {
    await expect(guarded(versions)).rejects.toBeInstanceOf(StaleDecision)
    expect(await everything()).toEqual(NOTHING)
  })

  it('is stale once another connection has moved the version, and good with the new one', async () => {
    const other = await database.open()
    await other.atomically((tx) => [bumpTenantRights(tx, other.schema, CURRENT)])
    await other.close()
    await expect(guarded(CURRENT)).rejects.toBeInstanceOf(StaleDecision)
    await guarded({ ...CURRENT, tenant: 1 })
    expect(await everything()).toEqual(ALL)
  })
})

describe('moving a version on', () => {
  it('of a tenant happens once for each version, and in no other tenant', async () => {
    const bump = () => atomicallyGuarded(connection, (tx) => [bumpTenantRights(tx, connection.schema, CURRENT)])
    await bump()
    await expect(bump()).rejects.toBeInstanceOf(StaleDecision)
    expect(await rightsVersionOf(connection, 'acme')).toBe(1)
    expect(await rightsVersionOf(connection, 'globex')).toBe(0)
  })

  it('of the environment happens once for each version', async () => {
    const bump = () => atomicallyGuarded(connection, (tx) => [bumpEnvironmentRights(tx, connection.schema, 0)])
    await bump()
    await expect(bump()).rejects.toBeInstanceOf(StaleDecision)
    expect(await environmentVersion()).toBe(1)
  })

  it('of two connections at the same moment, one wins', async () => {
    const other = await database.open()
    const outcomes = await Promise.allSettled(
      [connection, other].map((each) => atomicallyGuarded(each, (tx) => [bumpTenantRights(tx, each.schema, CURRENT)])),
    )
    await other.close()
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await rightsVersionOf(connection, 'acme')).toBe(1)
  })

  it('is undone with the rest of its list', async () => {
    const failed = atomicallyGuarded(connection, (tx) => [
      bumpTenantRights(tx, connection.schema, CURRENT),
      { ...auditWrite(tx, connection.schema, event('e1')), expect: 2 },
    ])
    await expect(failed).rejects.toMatchObject({ constructor: WriteConflict, label: 'audit' })
    expect(await rightsVersionOf(connection, 'acme')).toBe(0)
  })
})

describe('a list of an operator', () => {
  const change = (operatorId: string, version = 0) =>
    atomicallyGuarded(connection, (tx) => [
      ...guardEnvironment(tx, connection.schema, {
        operatorId,
        environmentVersion: version,
        event: event('e1'),
      }),
      auditWrite(tx, connection.schema, event('e1')),
    ])

  beforeEach(async () => {
    await seedUser(connection, { id: 'opal', operator: true })
    await seedUser(connection, { id: 'mia' })
    await seedUser(connection, { id: 'dora', operator: true, disabled: true })
  })

  it('moves the environment’s version on', async () => {
    await change('opal')
    expect(await environmentVersion()).toBe(1)
  })

  it.each([
    ['somebody who is no operator', 'mia', 0],
    ['an operator who was disabled', 'dora', 0],
    ['nobody', 'nobody', 0],
    ['a decision on another version', 'opal', 1],
  ])('of %s is stale, and moves nothing', async (_, operatorId, version) => {
    await expect(change(operatorId, version)).rejects.toBeInstanceOf(StaleDecision)
    expect(await environmentVersion()).toBe(0)
    expect(await auditOf(connection, 'acme')).toEqual([])
  })
})

describe('an event', () => {
  const rows = () => connection.queries.select().from(connection.schema.auditEvents)

  it('is kept whole, its details as JSON', async () => {
    await connection.atomically((tx) => [auditWrite(tx, connection.schema, event('e1'))])
    const [row] = await rows()
    expect(row).toEqual({
      tenantId: 'acme',
      id: 'e1',
      at: NOW,
      type: 'token.paused',
      actorKind: 'user',
      actorId: 'olga',
      actorName: 'Olga',
      targetKind: 'token',
      targetId: 'target of e1',
      targetName: 'CI',
      requestId: 'req-1',
      address: '192.0.2.1',
      details: '{"reason":"leak"}',
    })
  })

  it('without an address has none', async () => {
    await connection.atomically((tx) => [auditWrite(tx, connection.schema, event('e1', { address: undefined }))])
    expect((await rows())[0]?.address).toBeNull()
  })

  it.each([0, 1, 1000, 1001, 2600])('is one of %i that are all written', async (count) => {
    const events = Array.from({ length: count }, (_, index) => event(`e${index}`))
    await connection.atomically((tx) => auditWrites(tx, connection.schema, events))
    const { auditEvents } = connection.schema
    const stored = await connection.queries
      .select({ id: auditEvents.id })
      .from(auditEvents)
      .where(eq(auditEvents.tenantId, 'acme'))
    expect(new Set(stored.map(({ id }) => id)).size).toBe(count)
  })
})

describe('a mismatch that is no guard’s', () => {
  it('stays what it is: nobody reruns a use-case for it', async () => {
    const failed = atomicallyGuarded(connection, (tx) => [
      { ...auditWrite(tx, connection.schema, event('e1')), expect: 2 },
    ])
    await expect(failed).rejects.toMatchObject({ constructor: WriteConflict, label: 'audit' })
  })
})
