import { execFile } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openSqlite } from '#db/open-sqlite.ts'

const run = promisify(execFile)
const fixture = fileURLToPath(new URL('./broken-disk.fixture.ts', import.meta.url))

let database: TemporaryDatabase
beforeEach(async () => {
  database = await temporaryDatabase()
})
afterEach(() => database.remove())

type Met = { readonly acknowledged: number; readonly refusal?: readonly string[]; readonly read: number }

const program = async (command: string, args: readonly string[]): Promise<Met> => {
  const { stdout } = await run(command, args, { timeout: 30_000 })
  return JSON.parse(stdout) as Met
}

const stored = async () => {
  const connection = openSqlite(database.file)
  const { users, changes } = connection.schema
  const people = await connection.queries.select({ id: users.id }).from(users)
  const told = await connection.queries.select({ key: changes.key }).from(changes)
  await connection.close()
  return { people: people.map(({ id }) => id).sort(), told: told.map(({ key }) => key).sort() }
}

describe.each(['thread', 'here'])('a full disk, written to by a writer (%s)', (writer) => {
  it('is `store.unavailable`; what was acknowledged is there, whole, and nothing else', async () => {
    // No file may grow past this many KiB; the signal that would kill the program is ignored, so that writing fails.
    const limit = Math.ceil(statSync(database.file).size / 1024) + 600
    const met = await program('bash', [
      '-c',
      `trap '' XFSZ; ulimit -f ${limit}; exec "$@"`,
      'bash',
      process.execPath,
      fixture,
      database.file,
      writer,
      '1000',
    ])
    expect(met.acknowledged).toBeGreaterThan(10)
    expect(met.refusal?.[0]).toBe('store.unavailable')
    expect(met.read).toBe(met.acknowledged)
    const { people, told } = await stored()
    expect(people).toHaveLength(met.acknowledged)
    expect(told).toEqual(people)
  })
})

describe.each(['thread', 'here'])('a read-only disk, written to by a writer (%s)', (writer) => {
  it('is `store.unavailable` for writes, while reads go on', async () => {
    const folder = dirname(database.file)
    const files = ['', '-wal', '-shm'].map((end) => `${database.file}${end}`)
    for (const file of files) chmodSync(file, 0o444)
    chmodSync(folder, 0o555)
    const met = await program(process.execPath, [fixture, database.file, writer, '1', 'as-nobody'])
    chmodSync(folder, 0o700)
    for (const file of files) chmodSync(file, 0o600)
    expect(met).toEqual({ acknowledged: 0, refusal: ['store.unavailable', 'SQLITE_READONLY'], read: 0 })
    expect(await stored()).toEqual({ people: [], told: [] })
  })
})
