import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MissingReference, UniqueConflict, WriteConflict } from '#db/connection.ts'
import { translateSqliteError } from '#db/sqlite-errors.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const PARAMETER = 'digest-of-a-secret'

const driverError = (code: string): Error => new Database.SqliteError(`near ${PARAMETER}: it failed`, code)
const wrapped = (code: string): Error =>
  new Error(`Failed query: insert … params: ${PARAMETER}`, { cause: driverError(code) })

/** Everything an error holds that could be logged or rendered. */
const toldBy = (error: Error): string =>
  [String(error), error.stack, JSON.stringify(error, Object.getOwnPropertyNames(error))].join('\n')

describe('what the disk or another process does', () => {
  it.each([
    'SQLITE_FULL',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_READONLY_DIRECTORY',
    'SQLITE_IOERR',
    'SQLITE_IOERR_WRITE',
    'SQLITE_IOERR_FSYNC',
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_LOCKED',
    'SQLITE_CANTOPEN',
    'SQLITE_PERM',
    'SQLITE_NOMEM',
    'SQLITE_CORRUPT',
    'SQLITE_CORRUPT_INDEX',
    'SQLITE_NOTADB',
  ])('%s is `store.unavailable`, with the code alone inside', (code) => {
    for (const thrown of [driverError(code), wrapped(code)]) {
      const error = translateSqliteError(thrown)
      expect(error).toMatchObject({ code: 'store.unavailable', internal: code })
      expect(toldBy(error)).not.toContain(PARAMETER)
    }
  })
})

describe('a key that is taken', () => {
  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'])('%s is a UniqueConflict', (code) => {
    for (const thrown of [driverError(code), wrapped(code)]) {
      const error = translateSqliteError(thrown)
      expect(error).toBeInstanceOf(UniqueConflict)
      expect(toldBy(error)).not.toContain(PARAMETER)
    }
  })
})

it('a row that belongs to one that is not there is a MissingReference', () => {
  const code = 'SQLITE_CONSTRAINT_FOREIGNKEY'
  for (const thrown of [driverError(code), wrapped(code)])
    expect(translateSqliteError(thrown)).toBeInstanceOf(MissingReference)
})

describe('everything else', () => {
  it.each([
    'SQLITE_CONSTRAINT_CHECK',
    'SQLITE_CONSTRAINT_FOREIGNKEY',
    'SQLITE_CONSTRAINT_NOTNULL',
    'SQLITE_CONSTRAINT_TRIGGER',
    'SQLITE_ERROR',
    'SQLITE_MISUSE',
    'SQLITE_RANGE',
    'SQLITE_TOOBIG',
    // A name that only begins like one of the disk's would be no code of SQLite at all.
    'NOT_SQLITE_FULL',
  ])('%s is `server.internal`, with the code alone inside', (code) => {
    for (const thrown of [driverError(code), wrapped(code)]) {
      const error = translateSqliteError(thrown)
      expect(error).toMatchObject({ code: 'server.internal', internal: `database: ${code}` })
      expect(toldBy(error)).not.toContain(PARAMETER)
    }
  })

  it.each([
    ['an error of ours', new TypeError(`cannot read ${PARAMETER}`), 'database: TypeError'],
    [
      'an error that only claims a code',
      Object.assign(new Error(PARAMETER), { code: 'SQLITE_FULL' }),
      'database: Error',
    ],
    ['a text', PARAMETER, 'database: string'],
    ['nothing', undefined, 'database: undefined'],
  ])('%s is named by its kind', (_, thrown, internal) => {
    const error = translateSqliteError(thrown)
    expect(error).toMatchObject({ code: 'server.internal', internal })
    expect(toldBy(error)).not.toContain(PARAMETER)
  })

  it('passes on what is already in our words, unchanged', () => {
    for (const known of [new PortalError('role.in_use'), new WriteConflict('rights')])
      expect(translateSqliteError(known)).toBe(known)
  })
})

describe('what the driver really throws', () => {
  let client: Database.Database
  beforeEach(() => {
    client = new Database(':memory:')
    client.pragma('foreign_keys = ON')
    client.exec(`
      create table parents (id text primary key, name text not null unique, age integer check (age > 0));
      create table children (parent text not null references parents (id));
      insert into parents values ('ada', 'Ada', 36);
    `)
  })
  afterEach(() => {
    client.close()
  })

  const thrownBy = (sql: string): unknown => {
    try {
      client.exec(sql)
    } catch (thrown) {
      return thrown
    }
    throw new Error('nothing was thrown')
  }

  it.each([
    ['a primary key', `insert into parents values ('ada', '${PARAMETER}', 1)`],
    ['a unique column', `insert into parents values ('${PARAMETER}', 'Ada', 1)`],
  ])('for %s twice is a UniqueConflict', (_, sql) => {
    expect(translateSqliteError(thrownBy(sql))).toBeInstanceOf(UniqueConflict)
  })

  it.each([
    ['null', `insert into parents values ('${PARAMETER}', null, 1)`, 'database: SQLITE_CONSTRAINT_NOTNULL'],
    ['a refused value', `insert into parents values ('${PARAMETER}', 'x', 0)`, 'database: SQLITE_CONSTRAINT_CHECK'],
    ['an orphan', `insert into children values ('${PARAMETER}')`, 'database: SQLITE_CONSTRAINT_FOREIGNKEY'],
    ['no SQL', `insert ${PARAMETER}`, 'database: SQLITE_ERROR'],
  ])('for %s is `server.internal` without the statement', (_, sql, internal) => {
    const error = translateSqliteError(thrownBy(sql))
    expect(error).toMatchObject({ code: 'server.internal', internal })
    expect(toldBy(error)).not.toContain(PARAMETER)
  })

  it('for a database that may only be read is `store.unavailable`', () => {
    client.pragma('query_only = ON')
    expect(translateSqliteError(thrownBy(`insert into parents values ('eve', 'Eve', 1)`))).toMatchObject({
      code: 'store.unavailable',
      internal: 'SQLITE_READONLY',
    })
  })
})
