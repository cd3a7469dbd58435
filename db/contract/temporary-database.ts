import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as nextTask } from 'node:timers/promises'
import type { Connection } from '#db/connection.ts'
import { openAt } from '#db/contract/open-at.ts'
import { takeDatabase, templateOf } from '#db/contract/postgres-database.ts'
import { openRaw, type RawDatabase } from '#db/contract/raw-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { migrateSqlite } from '#db/migrate-sqlite.ts'

/** A migrated database of its own; `remove` closes and deletes it. */
export type TemporaryDatabase = {
  /** As DATABASE_URL names it. */
  readonly url: string
  /** SQLite's file; empty on PostgreSQL. */
  readonly file: string
  readonly connection: Connection
  /** The same database over a connection of its own, as another process has it; closed with the first one. */
  open(): Promise<Connection>
  /** The same database as another program sees it. */
  readonly raw: RawDatabase
  /** Waits until every connection that was opened here has heard of all that is committed; on SQLite each has by the next task. */
  settled(): Promise<void>
  remove(): Promise<void>
}

// Only the project of tests that runs on PostgreSQL has a server (vitest.config.ts).
const server = Reflect.get(globalThis, Symbol.for('latchkey.tests.postgres')) as unknown

/** The engine on which this run of the tests stands. */
export const ENGINE: 'sqlite' | 'postgres' = typeof server === 'string' ? 'postgres' : 'sqlite'

type Place = { readonly url: string; readonly file: string; remove(): Promise<void> }

const newFile = (): Place => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const file = join(folder, 'latchkey.db')
  return { file, url: `file:${file}`, remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

const newDatabase = async (template?: string): Promise<Place> => {
  const { url, release } = await takeDatabase(String(server), template)
  return { url, file: '', remove: release }
}

const emptyPlace = async (): Promise<Place> => {
  if (ENGINE === 'postgres') return newDatabase()
  const place = newFile()
  migrateSqlite(place.file)
  return place
}

const LOOK_MS = 5
const WAIT_MS_MAX = 30_000

const untilHeard = async (raw: RawDatabase, connections: readonly Connection[]): Promise<void> => {
  const [row] = await raw.rows('select coalesce(max(seq), 0) as newest from changes')
  const isBehind = ({ feed }: Connection) => feed.newest() < Number(row?.['newest'])
  for (let waited = 0; connections.some(isBehind); waited += LOOK_MS) {
    if (waited > WAIT_MS_MAX) throw new Error('a connection never heard of a change')
    await new Promise((done) => setTimeout(done, LOOK_MS))
  }
}

/** Opens a connection by its DATABASE_URL. */
export type Open = (url: string) => Promise<Connection>

const openedAt = async (place: Place, open: Open = openAt): Promise<TemporaryDatabase> => {
  const connection = await open(place.url)
  const opened = [connection]
  const raw = openRaw(place.url)
  return {
    ...place,
    connection,
    raw,
    settled: async () => {
      if (ENGINE === 'postgres') await untilHeard(raw, opened)
      else await nextTask()
    },
    open: async () => {
      const other = await open(place.url)
      opened.push(other)
      return other
    },
    remove: async () => {
      await raw.close()
      for (const each of opened) await each.close()
      await place.remove()
    },
  }
}

/** Makes a real database in which nobody has ever started. */
export const emptyDatabase = async (): Promise<TemporaryDatabase> => openedAt(await emptyPlace())

/** Makes a real database, with the starting catalog and roles in it; `open` as a test wants its connections. */
export const temporaryDatabase = async (now = 1_800_000_000, open: Open = openAt): Promise<TemporaryDatabase> => {
  const database = await openedAt(await emptyPlace(), open)
  await createEnvironmentStore(database.connection).ensure({ issuer: 'https://id.example', now })
  return database
}

type Fill = (connection: Connection) => Promise<void>

const files = new Map<string, Promise<string>>()

const filledFile = async (fill: Fill): Promise<string> => {
  const { url, file } = await emptyPlace()
  const connection = await openAt(url)
  await fill(connection)
  await connection.close()
  process.once('exit', () => rmSync(dirname(file), { recursive: true, force: true }))
  return file
}

const copyOf = async (name: string, fill: Fill): Promise<Place> => {
  if (ENGINE === 'postgres') {
    const fillAt = async (url: string) => {
      const connection = await openAt(url)
      await fill(connection)
      await connection.close()
    }
    return newDatabase(await templateOf(String(server), name, fillAt))
  }
  const template = files.get(name) ?? filledFile(fill)
  files.set(name, template)
  const place = newFile()
  copyFileSync(await template, place.file)
  return place
}

/** A copy of a database that is filled once under this name: it takes a hundredth of the time. */
export const copiedDatabase = async (name: string, fill: Fill, open: Open = openAt): Promise<TemporaryDatabase> =>
  openedAt(await copyOf(name, fill), open)
