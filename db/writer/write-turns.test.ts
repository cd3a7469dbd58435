import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { createWriteTurns } from '#db/writer/write-turns.ts'

const CONTENDING = fileURLToPath(new URL('./contending.fixture.ts', import.meta.url))

let folder: string
let file: string
let other: Database.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  file = join(folder, 'latchkey.db')
  other = new Database(file)
  other.exec('create table counter (n integer not null) strict; insert into counter values (0)')
  other.exec('create table arrived (id integer primary key) strict')
})
afterEach(() => {
  other.close()
  rmSync(folder, { recursive: true, force: true })
})

const contend = async (how: 'turns' | 'waits', commits: number): Promise<number> => {
  const child = spawn(process.execPath, [CONTENDING, file, how, String(commits), '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(code).toBe(0)
  return Number(said)
}

/** The most that any of three processes was passed by. */
const passedBy = async (how: 'turns' | 'waits') => {
  other.exec('delete from arrived')
  const all = await Promise.all(Array.from({ length: 3 }, () => contend(how, 150)))
  return Math.max(...all)
}

describe('processes that write without a pause', () => {
  it('take turns: none is passed by as often as where SQLite alone makes them wait (saboteur)', async () => {
    const [turns, waits] = [await passedBy('turns'), await passedBy('waits')]
    expect(turns).toBeLessThan(waits)
    expect(other.prepare('select n from counter').pluck().get()).toBe(900)
  })
})

describe('a writer', () => {
  it('has its turn once the lock is free, and says so when it does not come in time', () => {
    const client = openSqliteWriter(file)
    client.pragma('busy_timeout = 5')
    const turns = createWriteTurns(client)
    other.exec('begin immediate')
    expect(turns.begin).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
    other.exec('rollback')
    turns.begin()
    expect(client.inTransaction).toBe(true)
    client.close()
  })
})
