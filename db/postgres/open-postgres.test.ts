import { eq, max, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { openAt } from '#db/contract/open-at.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openPostgres } from '#db/open-postgres.ts'

let database: TemporaryDatabase
let connection: Connection
beforeEach(async () => {
  database = await temporaryDatabase()
  connection = database.connection
})
afterEach(() => database.remove())

const insertUser = (tx: Transaction, id: string): Write => ({
  label: 'user',
  rows: tx
    .insert(connection.schema.users)
    .values({ id, email: `${id}@example.com`, name: id, createdAt: 1 })
    .returning({ id: connection.schema.users.id }),
  expect: 1,
})
const rename = (tx: Transaction, id: string, name: string): Write => ({
  label: 'rename',
  rows: tx
    .update(connection.schema.users)
    .set({ name })
    .where(eq(connection.schema.users.id, id))
    .returning({ id: connection.schema.users.id }),
  expect: 1,
})
const pause = (tx: Transaction, seconds: number): Write => ({
  label: 'pause',
  rows: tx.select({ slept: sql`pg_sleep(${sql.raw(String(seconds))})` }).from(connection.schema.environment),
  expect: 1,
})
const names = async () => {
  const { users } = connection.schema
  const rows = await connection.read(connection.queries.select().from(users).orderBy(users.id))
  return rows.map(({ id, name }) => `${id} ${name}`)
}

describe('a server that would lose what it acknowledged', () => {
  it('is refused, at the start and for each connection after it', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await database.raw.run(`alter database ${name} set synchronous_commit = off`)
    await expect(openAt(database.url)).rejects.toMatchObject({
      code: 'store.unavailable',
      internal: expect.stringContaining('synchronous_commit=off'),
    })
    await database.raw.run(`alter database ${name} set synchronous_commit = on`)
    const opened = await openAt(database.url)
    await opened.close()
    await database.raw.run(`alter database ${name} reset synchronous_commit`)
  })
})

describe('two lists that wait for each other', () => {
  it('are both carried out: the one PostgreSQL undid is run again', async () => {
    await connection.atomically((tx) => [insertUser(tx, 'ada'), insertUser(tx, 'eve')])
    let built = 0
    const crossing = (first: string, second: string) =>
      connection.atomically((tx) => {
        built += 1
        return [rename(tx, first, `by ${first}`), pause(tx, 0.2), rename(tx, second, `by ${first}`)]
      })
    await Promise.all([crossing('ada', 'eve'), crossing('eve', 'ada')])
    expect(built).toBe(3)
    expect(new Set((await names()).map((line) => line.split(' by ')[1])).size).toBe(1)
  })
})

describe('a lock', () => {
  it('shared with a list keeps others from writing the row until its end', async () => {
    await connection.atomically((tx) => [insertUser(tx, 'ada')])
    const { users } = connection.schema
    const order: string[] = []
    const reading = connection
      .atomically((tx) => [
        { label: 'share', rows: tx.share(tx.select({ id: users.id }).from(users)), expect: 1 },
        pause(tx, 0.3),
      ])
      .then(() => order.push('read'))
    await connection.read(connection.queries.select({ slept: sql`pg_sleep(0.1)` }).from(connection.schema.environment))
    const writing = connection.atomically((tx) => [rename(tx, 'ada', 'Ada')]).then(() => order.push('written'))
    await Promise.all([reading, writing])
    expect(order).toEqual(['read', 'written'])
  })

  it('that is never let go is `store.unavailable`, and nothing was written', async () => {
    await connection.atomically((tx) => [insertUser(tx, 'ada')])
    const letGo = await database.raw.hold()
    await expect(connection.atomically((tx) => [rename(tx, 'ada', 'Ada')])).rejects.toMatchObject({
      code: 'store.unavailable',
      internal: 'PostgreSQL: 55P03',
    })
    await letGo()
    expect(await names()).toEqual(['ada ada'])
  })
})

describe('connections that are cut', () => {
  it('in the middle of a list undo it, say so, and are replaced', async () => {
    const list = connection.atomically((tx) => [insertUser(tx, 'ada'), pause(tx, 5)])
    const cut = database.raw.run('select pg_sleep(0.3)').then(database.raw.cut)
    await expect(list).rejects.toMatchObject({ code: 'store.unavailable' })
    await cut
    expect(await names()).toEqual([])
    await connection.atomically((tx) => [insertUser(tx, 'ada')])
    expect(await names()).toEqual(['ada ada'])
  })

  it('while nobody uses them are replaced before anybody notices', async () => {
    await connection.atomically((tx) => [insertUser(tx, 'ada')])
    await database.raw.cut()
    await database.raw.run('select pg_sleep(0.1)')
    expect(await names()).toEqual(['ada ada'])
  })
})

describe('a statement', () => {
  const limitOf = async (isPatient: boolean) => {
    const opened = await openPostgres(
      { dialect: 'postgres', url: database.url, connections: 1, stalenessSeconds: 10 },
      { isPatient },
    )
    try {
      const { environment } = opened.schema
      const limit = sql<string>`current_setting('statement_timeout')`
      return (await opened.read(opened.queries.select({ limit }).from(environment)))[0]?.limit
    } finally {
      await opened.close()
    }
  }

  it('of a server ends in time, and one of a command when it is done: a database may hold a million tokens', async () => {
    expect(await limitOf(false)).toBe('10s')
    expect(await limitOf(true)).toBe('0')
  })
})

describe('numbers', () => {
  it('come as numbers, whatever their width: counts, sums and times', async () => {
    const { environment } = connection.schema
    const [row] = await connection.read(
      connection.queries
        .select({ n: sql`count(*)`, sum: sql`sum(${environment.createdAt})`, at: max(environment.createdAt) })
        .from(environment),
    )
    expect(row).toEqual({ n: 1, sum: 1_800_000_000, at: 1_800_000_000 })
  })
})

describe('a database that is not there', () => {
  it('is `store.unavailable`', async () => {
    const url = new URL(database.url)
    url.pathname = '/nowhere'
    await expect(openAt(url.href)).rejects.toMatchObject({ code: 'store.unavailable', internal: 'PostgreSQL: 3D000' })
  })
})
