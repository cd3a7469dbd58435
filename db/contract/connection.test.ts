import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, type Transaction, UniqueConflict, type Write, WriteConflict } from '#db/connection.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { atomicallyGuarded, changeWrite, RIGHTS } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'

let database: TemporaryDatabase
let connection: Connection
beforeEach(async () => {
  database = await temporaryDatabase()
  connection = database.connection
})
afterEach(() => database.remove())

const at = 1_800_000_000
const insertUser = (tx: Transaction, id: string, expected: Write['expect'] = 1, name = id): Write => ({
  label: 'user',
  rows: tx
    .insert(connection.schema.users)
    .values({ id, email: `${id}@example.com`, name, createdAt: at })
    .returning({ id: connection.schema.users.id }),
  expect: expected,
})
const userIds = async (through = connection): Promise<readonly string[]> => {
  const { users } = through.schema
  const rows = await through.read(through.queries.select({ id: users.id }).from(users).orderBy(users.id))
  return rows.map(({ id }) => id)
}

describe('a list of writes', () => {
  it('is carried out in order and answers the rows of each', async () => {
    const answered = await connection.atomically((tx) => [
      insertUser(tx, 'ada'),
      insertUser(tx, 'eve', 'any'),
      { label: 'read', rows: tx.select({ id: connection.schema.users.id }).from(connection.schema.users), expect: 2 },
    ])
    expect(answered).toEqual([[{ id: 'ada' }], [{ id: 'eve' }], [{ id: 'ada' }, { id: 'eve' }]])
  })

  it('leaves nothing behind when the last write meets other rows than expected', async () => {
    const failed = connection.atomically((tx) => [
      insertUser(tx, 'ada'),
      changeWrite(tx, connection.schema, { kind: 'user', key: 'ada', at }),
      { ...insertUser(tx, 'eve'), label: 'second', expect: 2 },
    ])
    await expect(failed).rejects.toMatchObject({ constructor: WriteConflict, label: 'second' })
    expect(await userIds()).toEqual([])
    expect(await connection.queries.select().from(connection.schema.changes)).toEqual([])
  })

  it('stops at a guard that fails, before any state is written', async () => {
    const { environment, users } = connection.schema
    const guarded = atomicallyGuarded(connection, (tx) => [
      { label: RIGHTS, rows: tx.select().from(environment).where(eq(environment.rightsVersion, 99)), expect: 1 },
      insertUser(tx, 'ada'),
    ])
    await expect(guarded).rejects.toBeInstanceOf(StaleDecision)
    expect(await connection.queries.select().from(users)).toEqual([])
  })

  it('says when a key was taken, and undoes the rest', async () => {
    await connection.atomically((tx) => [insertUser(tx, 'ada')])
    const again = connection.atomically((tx) => [insertUser(tx, 'eve'), insertUser(tx, 'ada')])
    await expect(again).rejects.toBeInstanceOf(UniqueConflict)
    expect(await userIds()).toEqual(['ada'])
  })

  it('refuses children without parents, and lets no parameter into the error', async () => {
    const { memberships } = connection.schema
    const orphan = connection.atomically((tx) => [
      {
        label: 'membership',
        rows: tx
          .insert(memberships)
          .values({ tenantId: 'secret-tenant', userId: 'secret-user', createdAt: at })
          .returning(),
        expect: 1,
      },
    ])
    const error = await orphan.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'server.internal', internal: 'database: SQLITE_CONSTRAINT_FOREIGNKEY' })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-')
  })

  it('undoes everything when building it throws', async () => {
    const failed = connection.atomically((tx) => {
      insertUser(tx, 'ada').rows.all()
      throw new Error('while building')
    })
    await expect(failed).rejects.toMatchObject({ code: 'server.internal' })
    expect(await userIds()).toEqual([])
  })

  it('waits for another connection’s list, and sees what it wrote', async () => {
    const other = openSqlite(database.file)
    await Promise.all([
      connection.atomically((tx) => [insertUser(tx, 'ada')]),
      other.atomically((tx) => [insertUser(tx, 'eve')]),
    ])
    expect(await userIds(other)).toEqual(['ada', 'eve'])
    await other.close()
  })
})

describe('commitMark', () => {
  it('moves for own commits and for those of other connections, and for nothing else', async () => {
    const other = openSqlite(database.file)
    const first = connection.commitMark()
    expect(connection.commitMark()).toBe(first)
    await userIds()
    await userIds(other)
    expect(connection.commitMark()).toBe(first)

    await connection.atomically((tx) => [insertUser(tx, 'ada')])
    const second = connection.commitMark()
    expect(second).toBeGreaterThan(first)
    expect(connection.commitMark()).toBe(second)

    await other.atomically((tx) => [insertUser(tx, 'eve')])
    const third = connection.commitMark()
    expect(third).toBeGreaterThan(second)
    expect(connection.commitMark()).toBe(third)
    await other.close()
  })

  it('moves for what any program commits', () => {
    const before = connection.commitMark()
    const client = new Database(database.file)
    client.exec(`insert into changes (kind, key, at) values ('user', 'ada', ${at})`)
    client.close()
    expect(connection.commitMark()).toBeGreaterThan(before)
  })

  it('does not move for a list that was undone', async () => {
    const before = connection.commitMark()
    await connection.atomically((tx) => [insertUser(tx, 'ada', 7)]).catch(() => undefined)
    expect(connection.commitMark()).toBe(before)
  })
})

describe('durability', () => {
  it('runs with synchronous=FULL on a write-ahead log, foreign keys on', async () => {
    const pragma = async (name: string) => {
      const value = sql<number | string>`${sql.raw(name)}`
      const [row] = await connection.read(connection.queries.select({ value }).from(sql.raw(`pragma_${name}`)))
      return row?.value
    }
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('foreign_keys')).toBe(1)
  })
})

describe('a file that is not there', () => {
  it('is `store.unavailable`, not a new empty one', () => {
    expect(() => openSqlite(`${database.file}.elsewhere`)).toThrow(
      expect.objectContaining({ code: 'store.unavailable', internal: 'SQLITE_CANTOPEN' }),
    )
    expect(existsSync(`${database.file}.elsewhere`)).toBe(false)
  })
})
