import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openFollower } from '#db/postgres-client.ts'
import { changeWrite } from '#db/writes.ts'

let database: TemporaryDatabase
let connection: Connection
beforeEach(async () => {
  database = await temporaryDatabase()
  connection = database.connection
})
afterEach(() => database.remove())

const told = (tx: Transaction, key: string): Write => changeWrite(tx, connection.schema, { kind: 'token', key, at: 1 })
const append = (through: Connection, ...keys: readonly string[]) =>
  through.atomically((tx) => keys.map((key) => told(tx, key)))
const keysAfter = ({ feed }: Connection, seq: number) => feed.after(seq)?.map(({ key }) => key)

/** A write that keeps its list waiting. */
const slow = (tx: Transaction, seconds: number): Write => ({
  label: 'slow',
  rows: tx.select({ slept: sql`pg_sleep(${sql.raw(String(seconds))})` }).from(connection.schema.environment),
  expect: 1,
})

describe('the writer', () => {
  it('has its own rows before its list is answered, and others’ that came before them', async () => {
    const other = await database.open()
    await append(other, 'a/1')
    await append(connection, 'a/2')
    expect(keysAfter(connection, 0)).toEqual(['a/1', 'a/2'])
  })

  it.each(['repeatable read', 'serializable'])(
    'sees what others told while its list was under way, where %s is the default of the server',
    async (isolation) => {
      const name = new URL(database.url).pathname.slice(1)
      await database.raw.run(`alter database ${name} set default_transaction_isolation = '${isolation}'`)
      try {
        const [one, other] = [await database.open(), await database.open()]
        const underway = one.atomically((tx) => [slow(tx, 0.5), told(tx, 'a/2')])
        await delay(200)
        await append(other, 'a/1')
        await underway
        expect(keysAfter(one, 0)).toEqual(['a/1', 'a/2'])
      } finally {
        await database.raw.run(`alter database ${name} reset default_transaction_isolation`)
      }
    },
  )

  it('has nothing of a list that was undone', async () => {
    const before = connection.commitMark()
    await expect(
      connection.atomically((tx) => [told(tx, 'never'), { ...slow(tx, 0), expect: 7 }]),
    ).rejects.toMatchObject({ label: 'slow' })
    expect(connection.commitMark()).toBe(before)
    expect(connection.feed.newest()).toBe(0)
  })
})

describe('the order of the feed', () => {
  it('is that of commits: no reader sees a row before one with a lower number', async () => {
    const others = [connection, await database.open(), await database.open()]
    const seen: number[] = []
    let isOver = false
    const watching = (async () => {
      while (!isOver) {
        for (const { seq } of connection.feed.after(seen.at(-1) ?? 0) ?? []) seen.push(seq)
        await delay(1)
      }
    })()
    const rounds = Array.from({ length: 20 }, (_, round) => round)
    await Promise.all(
      others.map(async (each, writer) => {
        for (const round of rounds)
          await each.atomically((tx) => [told(tx, `${writer}/${round}`), slow(tx, round % 3 === writer ? 0.02 : 0)])
      }),
    )
    await database.settled()
    await delay(5)
    isOver = true
    await watching
    const rows = await database.raw.rows('select seq from changes order by seq')
    expect(seen).toEqual(rows.map(({ seq }) => Number(seq)))
    expect(seen).toHaveLength(60)
  })

  it('would be another without the lock: a late row has a lower number (saboteur)', async () => {
    await append(connection, 'first')
    const [one, two] = [await openFollower(database.url), await openFollower(database.url)]
    const insert = `insert into changes (kind, key, at) values ('token', 'x', 1) returning seq`
    await one.query('begin')
    const early = await one.query(insert)
    const late = await two.query(insert)
    await database.settled()
    const [lower, higher] = [Number(early.rows[0].seq), Number(late.rows[0].seq)]
    expect(lower).toBeLessThan(higher)
    expect(connection.feed.newest()).toBe(higher)
    await one.query('commit')
    await append(connection, 'last')
    expect(connection.feed.after(1)?.map(({ seq }) => seq)).not.toContain(lower)
    await Promise.all([one.end(), two.end()])
  })
})

describe('what another node committed', () => {
  const hears = async (key: string) => {
    for (let waited = 0; waited < 30_000; waited += 5) {
      if (connection.feed.after(0)?.some((row) => row.key === key)) return true
      await delay(5)
    }
    return false
  }

  it('is heard of by a notification', async () => {
    await append(await database.open(), 'a/1')
    expect(await hears('a/1')).toBe(true)
  })

  it('is heard of without any notification, by the poll beneath', async () => {
    await database.raw.run(`insert into changes (kind, key, at) values ('token', 'a/1', 1)`)
    expect(await hears('a/1')).toBe(true)
  })

  it('is heard of after every connection was cut', async () => {
    await append(connection, 'a/1')
    await database.raw.cut()
    await database.raw.run(`insert into changes (kind, key, at) values ('token', 'a/2', 1)`)
    expect(await hears('a/2')).toBe(true)
    expect(keysAfter(connection, 0)).toEqual(['a/1', 'a/2'])
  })

  it('and was purged before it was heard of leaves everything stale', async () => {
    await append(connection, 'a/1')
    await database.raw.run(`
      insert into changes (kind, key, at) values ('token', 'a/2', 1), ('token', 'a/3', 1);
      delete from changes where seq < 3`)
    await hearsOfAll(3)
    expect(connection.feed.after(1)).toBeUndefined()
    expect(keysAfter(connection, 3)).toEqual([])
  })

  const hearsOfAll = async (newest: number) => {
    for (let waited = 0; connection.feed.newest() !== newest && waited < 30_000; waited += 5) await delay(5)
  }
})
