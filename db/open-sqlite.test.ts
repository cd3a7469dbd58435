import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateSqlite } from '#db/migrate-sqlite.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { unavailable, type Writer } from '#db/writer/writer.ts'

// Where Linux says what a process has open.
const DESCRIPTORS = '/proc/self/fd'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-open-'))
  file = join(folder, 'latchkey.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Whether anybody has the file open: who closes it last takes its log away. */
const isHeld = () => existsSync(`${file}-wal`)

/** A writer that was opened, and what became of it. */
const writerThatEnds = (close: () => Promise<void>) => {
  const seen = { closed: 0 }
  const writer: Writer = {
    write: async () => unavailable('this writer writes nothing'),
    close: () => {
      seen.closed += 1
      return close()
    },
  }
  return { seen, openWriter: () => writer }
}

describe('a database that could not be opened', () => {
  it('is held by nobody where its writer was refused', () => {
    migrateSqlite(file)
    const held: boolean[] = []
    const refuse = () => {
      held.push(isHeld())
      throw new Error('no writer today')
    }
    expect(() => openSqlite(file, refuse)).toThrow(expect.objectContaining({ code: 'server.internal' }))
    expect([...held, isHeld()]).toEqual([true, false])
  })

  it('is held by nobody, its writer included, where it has no tables to be watched', () => {
    new Database(file).close()
    const { seen, openWriter } = writerThatEnds(async () => {
      throw new Error('nor can it be closed')
    })
    expect(() => openSqlite(file, openWriter)).toThrow(expect.objectContaining({ code: 'server.internal' }))
    expect(seen.closed).toBe(1)
    expect(isHeld()).toBe(false)
  })

  it.runIf(existsSync(DESCRIPTORS))('is held by nobody where it is something else', () => {
    writeFileSync(file, 'Dear diary, '.repeat(1000))
    expect(() => openSqlite(file)).toThrow(expect.objectContaining({ code: 'store.unavailable' }))
    const held = readdirSync(DESCRIPTORS).map((name) => {
      // One of them is that by which the folder was read.
      const path = join(DESCRIPTORS, name)
      return existsSync(path) ? readlinkSync(path) : ''
    })
    expect(held.filter((path) => path === file)).toEqual([])
  })
})

describe('closing', () => {
  it('lets go of the file also where the writer cannot be closed, and says so', async () => {
    migrateSqlite(file)
    const { openWriter } = writerThatEnds(async () => {
      throw new Error('the writer is stuck')
    })
    const connection = openSqlite(file, openWriter)
    expect(isHeld()).toBe(true)
    await expect(connection.close()).rejects.toThrow('the writer is stuck')
    expect(isHeld()).toBe(false)
  })
})
