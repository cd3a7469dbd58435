import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme } from '#db/contract/acme.ts'
import { folderWith, ourMigrations, rebuildStatements } from '#db/contract/next-migration.ts'
import { seedToken } from '#db/contract/seed-token.ts'
import { migrateSqlite } from '#db/migrate-sqlite.ts'
import { UnusableDatabase } from '#db/unusable-database.ts'

let room: Acme
let file: string
const folders: string[] = []
const nextFolder = (statements: readonly string[]): string => {
  const folder = folderWith(statements)
  folders.push(folder)
  return folder
}

beforeEach(async () => {
  room = await acme()
  file = room.file
  await seedToken(room.connection, { tenantId: 'acme', id: 'token-1', ownerUserId: 'mia' })
  const { credentials, tokenGrants } = room.connection.schema
  const child = { tenantId: 'acme', tokenId: 'token-1' }
  await room.connection.atomically((tx) => [
    {
      label: 'credential',
      rows: tx
        .insert(credentials)
        .values({ ...child, id: 'c1', kind: 'access_jwt', createdAt: 1 })
        .returning(),
      expect: 1,
    },
    {
      label: 'grant',
      rows: tx
        .insert(tokenGrants)
        .values({ ...child, kind: 'permission', key: 'projects:read' })
        .returning(),
      expect: 1,
    },
  ])
  await room.connection.close()
})
afterEach(() => {
  rmSync(dirname(file), { recursive: true, force: true })
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const withClient = <Result>(work: (client: Database.Database) => Result, path = file): Result => {
  const client = new Database(path)
  try {
    return work(client)
  } finally {
    client.close()
  }
}
const counts = (path = file): Record<string, unknown> =>
  withClient((client) => {
    const names = client.prepare(`select name from sqlite_master where type = 'table' order by name`).pluck().all()
    const tables = names.map(String).filter((name) => !/^(sqlite_|__drizzle)/.test(name))
    return Object.fromEntries(
      tables.map((name) => [name, client.prepare(`select count(*) from "${name}"`).pluck().get()]),
    )
  }, path)
const applied = (): unknown =>
  withClient((client) => client.prepare('select count(*) from __drizzle_migrations').pluck().get())
const backUpFile = () => `${file}.before-migration-${ourMigrations()}`
const refusalOf = (migrate: () => void): string => {
  try {
    migrate()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UnusableDatabase)
    const message = thrown instanceof Error ? thrown.message : ''
    expect(message).not.toContain('\n')
    expect(message).toContain(file)
    return message
  }
  throw new Error('it was not refused')
}

describe('a migration that rebuilds parents', () => {
  it('keeps every child', async () => {
    const statements = await rebuildStatements(['tenants', 'users', 'roles', 'memberships', 'tokens'])
    expect(statements.filter((statement) => statement.startsWith('DROP TABLE'))).toHaveLength(5)
    const before = counts()
    expect(before).toMatchObject({ tenants: 2, memberships: 6, member_roles: 6, tokens: 1, credentials: 1 })
    migrateSqlite(file, { folder: nextFolder(statements) })
    expect(counts()).toEqual(before)
    expect(applied()).toBe(ourMigrations() + 1)
    const definition = withClient((client) =>
      client.prepare(`select sql from sqlite_master where name = 'tenants'`).pluck().get(),
    )
    expect(definition).toContain('tenants_rebuilt')
  })

  it('would lose them with foreign keys on: what is kept here is kept by us', async () => {
    const statements = await rebuildStatements(['tenants'])
    withClient((client) => {
      client.pragma('foreign_keys = ON')
      client.transaction(() => {
        for (const statement of statements) client.exec(statement)
      })()
    })
    expect(counts()).toMatchObject({ tenants: 2, memberships: 0, tokens: 0 })
  })

  it('is undone when it would leave children without parents', () => {
    const before = counts()
    const folder = nextFolder([`DELETE FROM users WHERE id = 'mia'`])
    expect(refusalOf(() => migrateSqlite(file, { folder }))).toContain('would lose their parents')
    expect(counts()).toEqual(before)
    expect(applied()).toBe(ourMigrations())
  })
})

describe('before it migrates', () => {
  it('copies the database as it was, for its owner alone', async () => {
    const before = counts()
    migrateSqlite(file, { folder: nextFolder(['DROP TABLE changes']) })
    expect(counts(backUpFile())).toEqual(before)
    expect(counts()).not.toHaveProperty('changes')
    expect(statSync(backUpFile()).mode & 0o777).toBe(0o600)
  })

  it('copies anew each time, and clears away what a killed process left of a copy', async () => {
    const killed = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(killed, 'exit')
    const leftovers = [killed.pid, process.pid].map((pid) => `${backUpFile()}.${pid}.unfinished`)
    for (const leftover of leftovers) writeFileSync(leftover, 'half a copy')
    writeFileSync(backUpFile(), 'the copy of last year')
    const before = counts()
    migrateSqlite(file, { folder: nextFolder(['DROP TABLE changes']) })
    expect(counts(backUpFile())).toEqual(before)
    expect(leftovers.filter((leftover) => existsSync(leftover))).toEqual([])
  })

  it('copies nothing when there is nothing to do, nor for a new database', () => {
    migrateSqlite(file)
    const fresh = `${file}.fresh`
    migrateSqlite(fresh)
    expect(readdirSync(dirname(file)).filter((name) => name.includes('before-migration'))).toEqual([])
    expect(statSync(fresh).mode & 0o777).toBe(0o600)
  })
})

describe('an interrupted migration', () => {
  it('that failed half-way leaves nothing, and can be started again', () => {
    const before = counts()
    const broken = nextFolder(['CREATE TABLE extra (id text)', 'CREATE TABLE extra (id text)'])
    expect(refusalOf(() => migrateSqlite(file, { folder: broken }))).toContain('already exists')
    expect(counts()).toEqual(before)
    migrateSqlite(file, { folder: nextFolder(['CREATE TABLE extra (id text)']) })
    expect(counts()).toEqual({ ...before, extra: 0 })
  })

  it('that was killed leaves nothing, and can be started again', async () => {
    const before = counts()
    const endless = nextFolder([
      'CREATE TABLE extra (n integer)',
      'INSERT INTO extra WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c',
    ])
    const fixture = fileURLToPath(new URL('./migrate.fixture.ts', import.meta.url))
    const child = spawn(process.execPath, [fixture, file, endless], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    const sizeBefore = statSync(file).size
    // The write-ahead log grows once the endless statement spills out of memory: it is in the middle of it.
    const isInTheMiddle = () => existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > sizeBefore
    for (let tries = 0; tries < 400 && !isInTheMiddle(); tries += 1) await new Promise((next) => setTimeout(next, 25))
    expect(isInTheMiddle()).toBe(true)
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
    migrateSqlite(file, { folder: nextFolder(['CREATE TABLE extra (id text)']) })
    expect(counts()).toEqual({ ...before, extra: 0 })
    expect(applied()).toBe(ourMigrations() + 1)
  })

  it('of two processes at once is carried out once', async () => {
    const folder = nextFolder(['CREATE TABLE extra (id text)'])
    const fixture = fileURLToPath(new URL('./migrate.fixture.ts', import.meta.url))
    const exits = [1, 2].map(async () => {
      const child = spawn(process.execPath, [fixture, file, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
      return once(child, 'exit')
    })
    expect(await Promise.all(exits)).toEqual([
      [0, null],
      [0, null],
    ])
    expect(applied()).toBe(ourMigrations() + 1)
  })
})

describe('the product in a folder with a space in its name', () => {
  it('finds its own migrations', async () => {
    const root = join(import.meta.dirname, '../..')
    const product = join(dirname(file), 'my tools')
    for (const name of ['db', 'lib', 'package.json']) cpSync(join(root, name), join(product, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(product, 'node_modules'))
    const fresh = join(dirname(file), 'fresh.db')
    const program = join(product, 'db/contract/migrate.fixture.ts')
    const child = spawn(process.execPath, [program, fresh], { stdio: ['ignore', 'ignore', 'inherit'] })
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(counts(fresh)).toMatchObject({ tenants: 0 })
  })
})

describe('a database it cannot use is refused in one line', () => {
  it('a newer one', () => {
    migrateSqlite(file, { folder: nextFolder(['CREATE TABLE extra (id text)']) })
    const size = statSync(file).size
    expect(refusalOf(() => migrateSqlite(file))).toMatch(
      /was made by a newer version of Latchkey .* Start that version/,
    )
    expect(statSync(file).size).toBe(size)
  })

  it('a file that is something else', () => {
    writeFileSync(file, 'Dear diary, '.repeat(1000))
    expect(refusalOf(() => migrateSqlite(file))).toContain('file is not a database')
    expect(readFileSync(file, 'utf8')).toMatch(/^Dear diary/)
  })

  it('one that was cut short', () => {
    withClient((client) => client.pragma('wal_checkpoint(TRUNCATE)'))
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096)
    expect(refusalOf(() => migrateSqlite(file))).toMatch(/cannot be used \(.*\)\. Restore a copy/)
  })

  it('one with a page of nonsense in the middle', () => {
    withClient((client) => client.pragma('wal_checkpoint(TRUNCATE)'))
    const bytes = readFileSync(file)
    bytes.fill(0x5a, 4096 * 6, 4096 * 7)
    writeFileSync(file, bytes)
    expect(refusalOf(() => migrateSqlite(file))).toMatch(/cannot be used \(.*\)\. Restore a copy/)
  })

  it('a folder in its place', () => {
    const folder = dirname(file)
    file = folder
    expect(refusalOf(() => migrateSqlite(folder))).toContain('Check that the file and its folder can be written')
    file = `${folder}/${basename(room.file)}`
  })

  it('another program’s database, which stays as it was', () => {
    rmSync(file)
    withClient((client) => client.exec('create table users (id text)'))
    expect(refusalOf(() => migrateSqlite(file))).toMatch(/already exists\)\. It was left as it was/)
    expect(counts()).toEqual({ users: 0 })
  })

  it('one that nothing is wrong with, which nobody is told to move away', () => {
    const before = counts()
    const refusal = refusalOf(() => migrateSqlite(file, { folder: dirname(file) }))
    expect(refusal).toMatch(/Can't find meta\/_journal.json file\)\. It was left as it was/)
    expect(refusal).not.toContain('move it away')
    expect(counts()).toEqual(before)
  })
})
