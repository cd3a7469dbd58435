import { and, asc, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { ENGINE, type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { preparedIn, preparedInPairs } from '#db/prepared-in.ts'

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

describe('pairs', () => {
  beforeAll(async () => {
    for (const id of ['acme', 'globex']) await seedTenant(database.connection, { id })
    await seedTokens(database.connection, [
      { tenantId: 'acme', id: 't1' },
      { tenantId: 'acme', id: 't2' },
      { tenantId: 'globex', id: 't3' },
    ])
  })

  const tokensAmong = (connection: Pick<Connection, 'prepared'>) =>
    preparedInPairs(connection, (queries, among) => {
      const { tenantId, id } = database.connection.schema.tokens
      return queries.select({ tenantId, id }).from(database.connection.schema.tokens).where(among(tenantId, id))
    })

  it('finds rows that hold both texts of a pair, never one of each of two', async () => {
    const found = await tokensAmong(database.connection)([
      ['acme', 't1'],
      ['globex', 't2'],
      ['globex', 't3'],
    ])
    expect(found.map(({ tenantId, id }) => `${tenantId}/${id}`).toSorted()).toEqual(['acme/t1', 'globex/t3'])
  })

  it('asks for a pair once, however often it stands there', async () => {
    const asked: object[] = []
    const counting: Pick<Connection, 'prepared'> = {
      prepared: (query) => {
        const run = database.connection.prepared(query)
        return (values) => {
          asked.push(values)
          return run(values)
        }
      },
    }
    expect(await tokensAmong(counting)(Array.from({ length: 9 }, () => ['acme', 't1'] as const))).toHaveLength(1)
    expect(asked.map((values) => Object.values(values))).toEqual([['acme', 't1']])
  })

  it.runIf(ENGINE === 'sqlite')('looks each of them up by its key', async () => {
    const { connection, file } = database
    const plans: string[] = []
    const explaining: Pick<Connection, 'prepared'> = {
      prepared: (query) => {
        const statement = query(connection.queries) as unknown as Parameters<typeof explainPlan>[1]
        plans.push(explainPlan(file, statement))
        return connection.prepared(query)
      },
    }
    await tokensAmong(explaining)([
      ['acme', 't1'],
      ['acme', 't2'],
    ])
    expect(plans).toEqual([expect.stringMatching(/^SEARCH tokens .*tenant_id=\? AND id=\?/)])
  })
})
