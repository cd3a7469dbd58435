import { and, asc, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { seedUser } from '#db/contract/seed-people.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { preparedIn } from '#db/prepared-in.ts'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f']

let database: TemporaryDatabase
let built: number
let idsAmong: (list: readonly string[], values?: Readonly<Record<string, unknown>>) => Promise<readonly string[]>
beforeAll(async () => {
  database = await temporaryDatabase()
  for (const id of IDS) await seedUser(database.connection, { id })
})
afterAll(() => database.remove())

beforeEach(() => {
  const { connection } = database
  const { users } = connection.schema
  built = 0
  const counting: Pick<Connection, 'prepared'> = {
    prepared: (query) => {
      built += 1
      return connection.prepared(query)
    },
  }
  const rows = preparedIn(counting, (queries, listed) =>
    queries
      .select({ id: users.id })
      .from(users)
      .where(and(inArray(users.id, listed), sql`${users.email} <> ${sql.placeholder('but')}`))
      .orderBy(asc(users.id)),
  )
  idsAmong = async (list, values = { but: '' }) => (await rows(list, values)).map(({ id }) => id)
})

it.each([[['a']], [['b', 'c']], [['d', 'a', 'f']], [IDS]])('finds %j once each', async (list) => {
  expect(await idsAmong(list)).toEqual(list.toSorted())
})

it('leaves out what is not there, and takes a text for nothing but a text', async () => {
  expect(await idsAmong(['a', 'nobody', "' or '1'='1"])).toEqual(['a'])
})

it('passes the other values on', async () => {
  expect(await idsAmong(['a', 'b'], { but: 'a@example.com' })).toEqual(['b'])
})

it('builds a statement for a size that comes first, and none for what fits in it afterwards', async () => {
  for (const list of [['a'], ['b'], ['a', 'b', 'c'], ['c', 'd', 'e', 'f'], ['a', 'c', 'f']]) await idsAmong(list)
  expect(built).toBe(2)
})
