import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAccessStore } from '#db/access-store.ts'
import type { Connection } from '#db/connection.ts'
import { seedMember, seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { ENGINE, type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import type { AccessStore } from '#lib/access/access-store.ts'

let database: TemporaryDatabase
let other: Connection
beforeEach(async () => {
  database = await temporaryDatabase()
  other = await database.open()
})
afterEach(async () => {
  await other.close()
  await database.remove()
})

describe('a remembered read', () => {
  let asked: readonly string[]
  let read: (key: string, further: string) => Promise<number>
  beforeEach(() => {
    asked = []
    read = database.connection.remembered(async (key: string, further: string) => {
      asked = [...asked, `${key} ${further}`]
      return asked.length
    })
  })

  it.runIf(ENGINE === 'sqlite')('is done once for each key, while nobody commits', async () => {
    expect(await read('a', 'b')).toBe(1)
    expect(await read('a', 'b')).toBe(1)
    expect(await read('a', 'c')).toBe(2)
    expect(await read('a b', '')).toBe(3)
    expect(await read('a', 'b')).toBe(1)
  })

  it.each(['this connection', 'another'])('is done again after a commit of %s', async (which) => {
    const before = await read('a', 'b')
    await seedUser(which === 'another' ? other : database.connection, { id: 'ada' })
    expect(await read('a', 'b')).toBe(before + 1)
  })

  it('is done again if somebody commits during it', async () => {
    const { users } = database.connection.schema
    const count = database.connection.remembered(async () => {
      const found = await database.connection.queries.select().from(users)
      if (found.length === 0) await seedUser(other, { id: 'ada' })
      return found.length
    })
    expect([await count(), await count()]).toEqual([0, 1])
  })

  it('that failed is done again', async () => {
    const fails = database.connection.remembered(async () => {
      asked = [...asked, 'x']
      if (asked.length === 1) throw new Error('the first time')
      return asked.length
    })
    await expect(fails()).rejects.toThrow('the first time')
    expect(await fails()).toBe(2)
  })
})

describe('rights', () => {
  let store: AccessStore
  beforeEach(async () => {
    const { connection } = database
    store = createAccessStore(connection)
    await seedTenant(connection, { id: 'acme' })
    await seedUser(connection, { id: 'mia' })
    await seedMember(connection, { tenantId: 'acme', userId: 'mia', roleKeys: ['member'] })
    await Promise.all([
      store.environment(),
      store.tenant('acme'),
      store.tenantBySlug('acme'),
      store.member('acme', 'mia'),
    ])
  })

  const change = async (
    build: (
      schema: Connection['schema'],
      tx: Parameters<Parameters<Connection['atomically']>[0]>[0],
    ) => PromiseLike<readonly unknown[]>,
  ) => {
    await other.atomically((tx) => [{ label: 'change', rows: build(other.schema, tx), expect: 'any' }])
  }

  it('are those of this moment, whichever process changed them', async () => {
    await change(({ memberRoles }, tx) =>
      tx.update(memberRoles).set({ roleKey: 'admin' }).where(eq(memberRoles.userId, 'mia')).returning(),
    )
    expect(await store.member('acme', 'mia')).toMatchObject({ roleKeys: ['admin'] })
    await change(({ tenants }, tx) => tx.update(tenants).set({ m2mOffAt: 7 }).where(eq(tenants.id, 'acme')).returning())
    expect(await store.tenant('acme')).toMatchObject({ m2mOffAt: 7 })
    expect(await store.tenantBySlug('acme')).toMatchObject({ m2mOffAt: 7 })
    await change(({ environment }, tx) => tx.update(environment).set({ m2mOffAt: 8 }).returning())
    expect(await store.environment()).toMatchObject({ m2mOffAt: 8 })
  })

  it('end with the membership', async () => {
    await change(({ memberships }, tx) =>
      tx
        .delete(memberships)
        .where(and(eq(memberships.tenantId, 'acme'), eq(memberships.userId, 'mia')))
        .returning(),
    )
    expect(await store.member('acme', 'mia')).toBeUndefined()
  })

  it('of one are not those of another', async () => {
    await seedUser(other, { id: 'max' })
    await seedMember(other, { tenantId: 'acme', userId: 'max', roleKeys: ['owner'] })
    expect(await store.member('acme', 'mia')).toMatchObject({ userId: 'mia', roleKeys: ['member'] })
    expect(await store.member('acme', 'max')).toMatchObject({ userId: 'max', roleKeys: ['owner'] })
    expect(await store.member('globex', 'max')).toBeUndefined()
  })
})
