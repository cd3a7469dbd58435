import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUpSqlite } from '#db/back-up-sqlite.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { migrateSqlite } from '#db/migrate-sqlite.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { changeWrite } from '#db/writes.ts'
import { backup } from '#server/cli/backup.ts'
import { runCommand } from '#server/cli/run-command.ts'

let database: TemporaryDatabase
let folder: string
beforeEach(async () => {
  database = await temporaryDatabase()
  folder = join(dirname(database.file), 'copies')
  mkdirSync(folder)
})
afterEach(() => database.remove())

const run = async (words: readonly string[], url = database.url) => {
  const out: string[] = []
  const err: string[] = []
  const env = { DATABASE_URL: url, LATCHKEY_SECRET: 'a secret that is long enough for it' }
  const terminal = { env, say: (line: string) => void out.push(line), complain: (line: string) => void err.push(line) }
  const code = await runCommand([backup], words, terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const change = ({ atomically, schema } = database.connection) =>
  atomically((tx) => [changeWrite(tx, schema, { kind: 'user', key: 'ada', at: 1 })])

describe('backup', () => {
  it('copies what was committed by then, beside a server that goes on', async () => {
    await change()
    const copy = join(folder, 'monday.db')
    expect(await run(['backup', copy])).toEqual({ code: 0, out: expect.stringContaining(copy), err: '' })
    await change()
    // As a server finds it that starts on it.
    migrateSqlite(copy)
    const restored = openSqlite(copy)
    expect(restored.feed.newest()).toBe(1)
    expect((await createEnvironmentStore(restored).settings()).issuer).toBe('https://id.example')
    await restored.close()
    expect(database.connection.feed.newest()).toBe(2)
  })

  it('is one file, which its owner alone may read', async () => {
    await run(['backup', join(folder, 'monday.db')])
    expect(readdirSync(folder)).toEqual(['monday.db'])
    expect(statSync(join(folder, 'monday.db')).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing of a copy that failed, nor of one that was killed last night', async () => {
    const killed = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(killed, 'exit')
    writeFileSync(join(folder, `sunday.db.${killed.pid}.unfinished`), 'half a copy')
    const client = new Database(database.file)
    client.close()
    expect(() => backUpSqlite(client, join(folder, 'monday.db'))).toThrow('not open')
    expect(readdirSync(folder)).toEqual([])
  })

  it('takes the place of nothing that is there, the database least of all', async () => {
    const other = join(folder, 'other.txt')
    writeFileSync(other, 'mine')
    for (const file of [other, database.file, folder])
      expect(await run(['backup', file])).toMatchObject({ code: 2, err: expect.stringContaining('exists already') })
    expect(statSync(other).size).toBe(4)
    await change()
  })

  it.each([[[]], [['']], [['one', 'two']], [['--now']]])('called with %j says how', async (args) => {
    const { code, err } = await run(['backup', ...args])
    expect([code, err]).toEqual([2, expect.stringContaining('backup <file>)')])
  })

  it('says what backs PostgreSQL up', async () => {
    const { code, err } = await run(['backup', join(folder, 'x.db')], 'postgres://localhost:1/latchkey')
    expect([code, err]).toEqual([1, expect.stringContaining('pg_dump')])
  })

  it('makes nothing where there is no database', async () => {
    const { code, err } = await run(['backup', join(folder, 'x.db')], `file:${join(folder, 'none.db')}`)
    expect([code, err]).toEqual([1, expect.stringContaining('There is no database')])
    expect(readdirSync(folder)).toEqual([])
  })
})
