import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderUntil, folderWith, ourMigrations } from '#db/contract/next-migration.ts'
import { openRaw } from '#db/contract/raw-database.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { migratePostgres, requireMigratedPostgres } from '#db/migrate-postgres.ts'
import { UnusableDatabase } from '#db/unusable-database.ts'

let database: TemporaryDatabase
const folders: string[] = []
const nextFolder = (statements: readonly string[]): string => {
  const folder = folderWith(statements, 'postgres')
  folders.push(folder)
  return folder
}

beforeEach(async () => {
  database = await temporaryDatabase()
})
afterEach(async () => {
  await database.raw.run('drop table if exists extra')
  await database.raw.run(
    `delete from drizzle.__drizzle_migrations where id not in
      (select id from drizzle.__drizzle_migrations order by created_at limit ${ourMigrations()})`,
  )
  await database.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const applied = async () => (await database.raw.rows('select 1 from drizzle.__drizzle_migrations')).length
const tableOf = async (name: string) =>
  (await database.raw.rows(`select to_regclass('public.${name}') as found`))[0]?.['found']
const fixture = fileURLToPath(new URL('../contract/migrate-postgres.fixture.ts', import.meta.url))
const program = (folder: string) =>
  spawn(process.execPath, [fixture, database.url, folder], { stdio: ['ignore', 'pipe', 'inherit'] })

const refusalOf = async (migration: Promise<void>): Promise<string> => {
  const thrown = await migration.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(UnusableDatabase)
  const message = thrown instanceof Error ? thrown.message : ''
  expect(message).not.toContain('\n')
  expect(message).not.toContain(new URL(database.url).password)
  return message
}

const ASLEEP = `
  select 1 from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_sleep(50)%'`

describe('a migration', () => {
  it('is carried out once', async () => {
    const folder = nextFolder(['CREATE TABLE extra (id text)'])
    await migratePostgres(database.url, { folder })
    await migratePostgres(database.url, { folder })
    expect(await applied()).toBe(ourMigrations() + 1)
    expect(await tableOf('extra')).toBe('extra')
  })

  it('of two processes at once is carried out once', async () => {
    const folder = nextFolder(['CREATE TABLE extra (id text)'])
    const exits = [1, 2].map(() => once(program(folder), 'exit'))
    expect(await Promise.all(exits)).toEqual([
      [0, null],
      [0, null],
    ])
    expect(await applied()).toBe(ourMigrations() + 1)
  })

  it('that failed half-way leaves nothing, and can be started again', async () => {
    const broken = nextFolder(['CREATE TABLE extra (id text)', 'CREATE TABLE extra (id text)'])
    expect(await refusalOf(migratePostgres(database.url, { folder: broken }))).toContain('already exists')
    expect([await applied(), await tableOf('extra')]).toEqual([ourMigrations(), null])
    await migratePostgres(database.url, { folder: nextFolder(['CREATE TABLE extra (id text)']) })
    expect(await tableOf('extra')).toBe('extra')
  })

  it('that was killed leaves nothing, and can be started again', async () => {
    const endless = nextFolder(['CREATE TABLE extra (id text)', 'SELECT pg_sleep(50)'])
    const child = program(endless)
    const ended = once(child, 'exit')
    const isInTheMiddle = async () => (await database.raw.rows(ASLEEP)).length > 0
    for (let tries = 0; tries < 1000 && !(await isInTheMiddle()); tries += 1)
      await new Promise((next) => setTimeout(next, 20))
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
    // The server notices a client that is gone when its statement ends; an operator need not wait.
    await database.raw.run(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'SELECT pg_sleep(50)'`)
    await migratePostgres(database.url, { folder: nextFolder(['CREATE TABLE extra (id text)']) })
    expect([await applied(), await tableOf('extra')]).toEqual([ourMigrations() + 1, 'extra'])
  })
})

describe('a database it cannot use is refused in one line, without its password', () => {
  it('a newer one, by the server and by a command beside it', async () => {
    await migratePostgres(database.url, { folder: nextFolder(['CREATE TABLE extra (id text)']) })
    expect(await refusalOf(migratePostgres(database.url))).toMatch(
      /was made by a newer version of Latchkey .* Start that version/,
    )
    expect(await refusalOf(requireMigratedPostgres(database.url))).toContain('is of another version')
    expect(await applied()).toBe(ourMigrations() + 1)
  })

  it('an older one, by a command, which migrates nothing', async () => {
    await requireMigratedPostgres(database.url)
    const [last] = await database.raw.rows(
      'select * from drizzle.__drizzle_migrations order by created_at desc limit 1',
    )
    await database.raw.run(`delete from drizzle.__drizzle_migrations where id = ${String(last?.['id'])}`)
    expect(await refusalOf(requireMigratedPostgres(database.url))).toContain('Start this version once')
    await database.raw.run(
      `insert into drizzle.__drizzle_migrations values (${String(last?.['id'])}, '${String(last?.['hash'])}', ${String(last?.['created_at'])})`,
    )
  })

  it.each([
    ['one that is not there', (url: URL) => Object.assign(url, { pathname: '/nowhere' }), 'does not exist'],
    ['a server that is not there', (url: URL) => Object.assign(url, { port: '1' }), 'ECONNREFUSED'],
    ['a user it does not know', (url: URL) => Object.assign(url, { username: 'mallory' }), 'authentication failed'],
  ])('%s', async (_, change, reason) => {
    const { href } = change(new URL(database.url))
    const refusal = await refusalOf(migratePostgres(href))
    expect(refusal).toContain(reason)
    expect(refusal).toContain('Check that PostgreSQL runs there')
  })
})

describe('a database of an older version', () => {
  const OLDER = 'older_version'
  let url: string
  beforeEach(async () => {
    await database.raw.run(`create database ${OLDER} template template0`)
    url = Object.assign(new URL(database.url), { pathname: OLDER }).href
  })
  afterEach(() => database.raw.run(`drop database ${OLDER} with (force)`))

  it('has the use of its tokens as before, which asked for nothing that anybody counted', async () => {
    const folder = folderUntil(8, 'postgres')
    folders.push(folder)
    await migratePostgres(url, { folder })
    const raw = openRaw(url)
    try {
      await raw.run(
        'alter table token_use drop constraint if exists token_use_tenant_id_token_id_tokens_tenant_id_id_fk',
      )
      await raw.run(
        `insert into token_use (tenant_id, token_id, day, outcome, count) values ('acme', 't1', 86400, 'accepted', 7)`,
      )
      await migratePostgres(url)
      expect(await raw.rows('select permission, outcome, count, asked from token_use')).toEqual([
        { permission: '', outcome: 'accepted', count: 7, asked: 0 },
      ])
    } finally {
      await raw.close()
    }
  })
})
