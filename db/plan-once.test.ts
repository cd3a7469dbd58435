import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateSqlite } from '#db/migrate-sqlite.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { planOnce } from '#db/plan-once.ts'
import { openSqliteReader, openSqliteWriter } from '#db/sqlite-client.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  file = join(folder, 'latchkey.db')
  migrateSqlite(file)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the text of a statement', () => {
  it('has a plus before each parameter that stands alone behind = or limit, and is the same otherwise', () => {
    expect(planOnce('select 1 where a = ? and b in (?, ?) and c <> ? and d <= ? limit ? offset ?')).toBe(
      'select 1 where a = +? and b in (?, ?) and c <> ? and d <= ? limit +? offset +?',
    )
    expect(planOnce('insert into a values (?, ?) returning b')).toBe('insert into a values (?, ?) returning b')
  })

  it.each([openSqliteReader, openSqliteWriter])(
    'is that of whatever is prepared, by who reads and who writes',
    (open) => {
      const client = open(file)
      expect(client.prepare('select seq from changes where kind = ? limit ?').source).toBe(
        'select seq from changes where kind = +? limit +?',
      )
      client.close()
    },
  )

  it('is that of what Drizzle builds: no parameter of a limit or a comparison is left as it was', async () => {
    const { prepared, schema, close } = openSqlite(file)
    const texts: string[] = []
    await prepared((queries) => {
      const query = queries.select().from(schema.changes).limit(1)
      texts.push(query.toSQL().sql)
      return query
    })({})
    expect(texts.map(planOnce)).toEqual([expect.stringMatching(/ limit \+\?$/)])
    await close()
  })
})

describe('a value behind the plus', () => {
  it.each(['text', '7', '', 7, 7.5, 2 ** 53, Buffer.from([1, 0, 2]), null])('is what it was: %j', (value) => {
    const client = openSqliteWriter(file)
    client.exec('create table held (anything any) strict')
    client.prepare('insert into held values (null)').run()
    client.prepare('update held set anything = ?').run(value)
    expect(client.prepare('select anything from held').pluck().get()).toEqual(value)
    const found = client.prepare('select count(*) from held where anything = ?').pluck()
    expect(found.get(value)).toBe(value === null ? 0 : 1)
    client.close()
  })
})
