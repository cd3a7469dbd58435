import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Connection,
  type QueryShape,
  type Transaction,
  UniqueConflict,
  type Write,
  WriteConflict,
} from '#db/connection.ts'
import { openAt } from '#db/contract/open-at.ts'
import { ENGINE, type Open, type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { openWriterHere } from '#db/writer/writer-here.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'
import { atomicallyGuarded, changeWrite, RIGHTS } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'

const at = 1_800_000_000
const overSqlite = (openWriter: typeof openWriterHere) => async (url: string) => openSqlite(url.slice(5), openWriter)

const openings: readonly (readonly [string, Open])[] =
  ENGINE === 'sqlite'
    ? [
        ['with a writer in a thread of its own', overSqlite(openWriterThread)],
        ['with a writer in this thread', overSqlite(openWriterHere)],
      ]
    : [['over PostgreSQL', openAt]]

describe.each(openings)('%s', (_, open) => {
  let database: TemporaryDatabase
  let connection: Connection
  beforeEach(async () => {
    database = await temporaryDatabase(at, open)
    connection = database.connection
  })
  afterEach(() => database.remove())

  const insertUser = (tx: Transaction, id: string, expected: Write['expect'] = 1, name = id): Write => ({
    label: 'user',
    rows: tx
      .insert(connection.schema.users)
      .values({ id, email: `${id}@example.com`, name, createdAt: at })
      .returning({ id: connection.schema.users.id }),
    expect: expected,
  })
  const told = (tx: Transaction, key: string): Write => changeWrite(tx, connection.schema, { kind: 'user', key, at })
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
      const internal = `database: ${ENGINE === 'sqlite' ? 'SQLITE_CONSTRAINT_FOREIGNKEY' : '23503'}`
      expect(error).toMatchObject({ code: 'server.internal', internal })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-')
    })

    it('undoes everything when building it throws', async () => {
      const failed = connection.atomically((tx) => {
        insertUser(tx, 'ada')
        throw new Error('while building')
      })
      await expect(failed).rejects.toMatchObject({ code: 'server.internal' })
      expect(await userIds()).toEqual([])
    })

    it('waits for another connection’s list, and sees what it wrote', async () => {
      const other = await database.open()
      await Promise.all([
        connection.atomically((tx) => [insertUser(tx, 'ada')]),
        other.atomically((tx) => [insertUser(tx, 'eve')]),
      ])
      expect(await userIds(other)).toEqual(['ada', 'eve'])
      await other.close()
    })
  })

  describe('lists at the same moment', () => {
    it.runIf(ENGINE === 'sqlite')(
      'are each whole or not there: one that conflicts or meets a taken key undoes nobody else’s',
      async () => {
        const outcomes = await Promise.allSettled([
          connection.atomically((tx) => [insertUser(tx, 'ada')]),
          connection.atomically((tx) => [
            insertUser(tx, 'bea'),
            { ...insertUser(tx, 'cleo'), label: 'second', expect: 2 },
          ]),
          connection.atomically((tx) => [insertUser(tx, 'dora'), insertUser(tx, 'ada')]),
          connection.atomically((tx) => [insertUser(tx, 'eve')]),
        ])
        expect(outcomes).toMatchObject([
          { value: [[{ id: 'ada' }]] },
          { reason: { constructor: WriteConflict, label: 'second' } },
          { reason: { constructor: UniqueConflict } },
          { value: [[{ id: 'eve' }]] },
        ])
        expect(await userIds()).toEqual(['ada', 'eve'])
      },
    )

    it.runIf(ENGINE === 'sqlite')('are carried out in the order in which they were given', async () => {
      const { users } = connection.schema
      const all = Array.from({ length: 100 }, (_, number) => number)
      await Promise.all(
        all.map((number) =>
          connection.atomically((tx) => [
            { label: 'so far', rows: tx.select({ id: users.id }).from(users), expect: number },
            insertUser(tx, `person-${number}`),
          ]),
        ),
      )
      expect(await userIds()).toHaveLength(all.length)
    })

    it('are there for whoever reads once they are answered', async () => {
      for (const id of ['ada', 'bea', 'cleo']) {
        const before = connection.commitMark()
        await connection.atomically((tx) => [insertUser(tx, id), told(tx, id)])
        expect(connection.commitMark()).toBeGreaterThan(before)
        expect(await userIds()).toContain(id)
      }
    })
  })

  describe('a query that is made once', () => {
    const addUser: QueryShape = (tx, { users }) =>
      tx
        .insert(users)
        .values({
          id: sql.placeholder('id'),
          email: sql.placeholder('email'),
          name: 'x',
          createdAt: sql.placeholder('at'),
        })
        .returning({ id: users.id, madeAt: users.createdAt })
    const filled = (tx: Transaction, id: string): Write => ({
      label: 'user',
      rows: tx.filled(addUser, connection.schema, { id, email: `${id}@example.com`, at }),
      expect: 1,
    })

    it('is filled anew for each list, and answers in the words of the query', async () => {
      const answered = await connection.atomically((tx) => [filled(tx, 'ada'), filled(tx, 'eve')])
      expect(answered).toEqual([[{ id: 'ada', madeAt: at }], [{ id: 'eve', madeAt: at }]])
      await connection.atomically((tx) => [filled(tx, 'bea')])
      expect(await userIds()).toEqual(['ada', 'bea', 'eve'])
    })

    it('with a placeholder that nobody fills undoes its list', async () => {
      const { schema } = connection
      const failed = connection.atomically((tx) => [
        insertUser(tx, 'eve'),
        { label: 'user', rows: tx.filled(addUser, schema, { id: 'ada' }), expect: 1 },
      ])
      await expect(failed).rejects.toMatchObject({ code: 'server.internal' })
      expect(await userIds()).toEqual([])
    })
  })

  describe('commitMark', () => {
    it('moves for own commits and for those of other connections, and for nothing else', async () => {
      const other = await database.open()
      const first = connection.commitMark()
      expect(connection.commitMark()).toBe(first)
      await userIds()
      await userIds(other)
      expect(connection.commitMark()).toBe(first)

      await connection.atomically((tx) => [insertUser(tx, 'ada'), told(tx, 'ada')])
      const second = connection.commitMark()
      expect(second).toBeGreaterThan(first)
      expect(connection.commitMark()).toBe(second)

      await other.atomically((tx) => [insertUser(tx, 'eve'), told(tx, 'eve')])
      await database.settled()
      const third = connection.commitMark()
      expect(third).toBeGreaterThan(second)
      expect(connection.commitMark()).toBe(third)
      await other.close()
    })

    it('moves for what any program adds to the feed', async () => {
      const before = connection.commitMark()
      await database.raw.run(`insert into changes (kind, key, at) values ('user', 'ada', ${at})`)
      await database.settled()
      expect(connection.commitMark()).toBeGreaterThan(before)
    })

    it('does not move for a list that was undone', async () => {
      const before = connection.commitMark()
      await connection.atomically((tx) => [told(tx, 'ada'), insertUser(tx, 'ada', 7)]).catch(() => undefined)
      expect(connection.commitMark()).toBe(before)
    })
  })

  describe.runIf(ENGINE === 'sqlite')('durability', () => {
    const pragmaOf = async (name: string) => {
      const value = sql<number | string>`${sql.raw(name)}`
      const from = sql.raw(`pragma_${name}`)
      const [reading] = await connection.read(connection.queries.select({ value }).from(from))
      const [[writing] = []] = await connection.atomically((tx) => [
        { label: 'pragma', rows: tx.select({ value }).from(from), expect: 1 },
      ])
      return { reading: reading?.value, writing: (writing as typeof reading)?.value }
    }

    it('runs with synchronous=FULL on a write-ahead log, foreign keys on', async () => {
      expect(await pragmaOf('synchronous')).toEqual({ reading: 2, writing: 2 })
      expect(await pragmaOf('journal_mode')).toEqual({ reading: 'wal', writing: 'wal' })
      expect(await pragmaOf('foreign_keys')).toEqual({ reading: 1, writing: 1 })
    })

    it('reads over a connection that refuses to write', async () => {
      expect(await pragmaOf('query_only')).toEqual({ reading: 1, writing: 0 })
      const { $client } = connection.queries as unknown as { $client: Database.Database }
      expect(() => $client.exec('delete from changes')).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }))
    })
  })

  describe.runIf(ENGINE === 'sqlite')('closing', () => {
    it('lets what is under way be written, and may be asked for twice', async () => {
      const writing = connection.atomically((tx) => [insertUser(tx, 'ada')])
      await connection.close()
      await writing
      await connection.close()
      const late = connection.atomically((tx) => [insertUser(tx, 'eve')])
      await expect(late).rejects.toMatchObject({ code: 'store.unavailable' })
      connection = openSqlite(database.file)
      expect(await userIds()).toEqual(['ada'])
      await connection.close()
    })
  })
})

describe.runIf(ENGINE === 'sqlite')('a file that is not there', () => {
  const file = join(tmpdir(), 'latchkey-no-such-database')

  it('is `store.unavailable`, not a new empty one', () => {
    expect(() => openSqlite(file)).toThrow(
      expect.objectContaining({ code: 'store.unavailable', internal: 'SQLITE_CANTOPEN' }),
    )
    expect(existsSync(file)).toBe(false)
  })
})
