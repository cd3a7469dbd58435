import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { nameOfStatement } from '#db/named-statements.ts'

let database: TemporaryDatabase
beforeEach(async () => {
  database = await temporaryDatabase()
})
afterEach(() => database.remove())

describe('a statement', () => {
  it('is prepared once for a connection, however often it is asked and with whatever values', async () => {
    const { queries, read, schema } = database.connection
    const { users } = schema
    for (const id of ['ada', 'eve', 'ada'])
      await read(queries.select({ id: users.id }).from(users).where(sql`${users.id} = ${id}`))
    const prepared = await read(
      queries
        .select({ text: sql`statement`, plans: sql`generic_plans + custom_plans` })
        .from(sql.raw('pg_prepared_statements')),
    )
    const asked = prepared.filter(({ text }) => String(text).includes('from "users" where "users"."id" = $1'))
    expect(asked).toEqual([expect.objectContaining({ plans: 3 })])
  })
})

describe('the name of a statement', () => {
  it('follows from its text', () => {
    expect(nameOfStatement('select 1')).toBe(nameOfStatement('select 1'))
    expect(nameOfStatement('select 1')).not.toBe(nameOfStatement('select 2'))
  })

  it('is for the first thousand texts alone, so that no connection holds more', () => {
    const known = nameOfStatement('select 1')
    const names = Array.from({ length: 1500 }, (_, index) => nameOfStatement(`select 'text ${index}'`))
    expect(names.filter((name) => name !== undefined).length).toBeLessThan(1000)
    expect(names.at(-1)).toBeUndefined()
    expect(nameOfStatement('select 1')).toBe(known)
  })
})
