import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openSqliteReader } from '#db/sqlite-client.ts'
import { foundWitness } from '#db/witness/found-witness.ts'
import { sayCommittedOf } from '#db/witness/say-committed.ts'
import { watchRestored } from '#db/witness/watch-restored.ts'
import { openWitness, type Witness } from '#db/witness/witness.ts'
import { readWitness, witnessBeside } from '#db/witness/witness-folder.ts'
import { mergeWitness } from '#db/witness/witness-log.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'
import type { Statement } from '#db/writer/writer.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'

const NOW = 1_800_000_000
const DYING = new URL('../writer/dying-writer.fixture.ts', import.meta.url)

let database: TemporaryDatabase
let folder: string
let opened: Witness[]
beforeEach(async () => {
  database = await temporaryDatabase()
  folder = witnessBeside(database.file)
  opened = []
  foundWitness(database.file, folder)
})
afterEach(async () => {
  for (const witness of opened) witness.close()
  await database.remove()
})

const row = (seq: number, key: string): WitnessRow => [seq, 'token', key, NOW]
/** A writer that has said what it is about to commit, and nothing after it. */
const intend = async (...rows: readonly WitnessRow[]): Promise<Witness> => {
  const [{ incarnation } = {}] = await database.raw.rows('select incarnation from environment')
  const witness = openWitness(folder)
  opened.push(witness)
  witness.intend({ incarnation: String(incarnation), rows, isInDatabase: () => false })
  return witness
}
const commit = (...rows: readonly WitnessRow[]) =>
  database.raw.rows(
    `insert into changes (seq, kind, key, at) values ${rows.map(([seq, , key]) => `(${seq}, 'token', '${key}', ${NOW})`).join()} returning seq`,
  )
const said = () => mergeWitness(readWitness(folder), () => false)?.rows
const say = (): void => sayCommittedOf(database.file, folder)

describe('a line whose writer ended after its commit', () => {
  it('is said to be committed, whatever else stands in its file and in others', async () => {
    const [one, two, other] = [row(1, 'acme/ä'), row(2, 'acme/t2'), row(3, 'acme/t3')]
    const witness = await intend(one)
    await commit(one)
    witness.settle()
    const [{ incarnation } = {}] = await database.raw.rows('select incarnation from environment')
    witness.intend({ incarnation: String(incarnation), rows: [two], isInDatabase: () => false })
    await intend(other)
    await commit(two, other)
    expect(said()).toEqual([one])
    say()
    expect(said()).toEqual([one, two, other])
    say()
    expect(said()).toEqual([one, two, other])
  })

  it('hinders nobody who was only slow to say it', async () => {
    const witness = await intend(row(1, 'acme/t1'))
    await commit(row(1, 'acme/t1'))
    say()
    witness.settle()
    expect(said()).toEqual([row(1, 'acme/t1')])
  })
})

describe('a line whose writer ended before its commit', () => {
  it('says nothing, also where another made one of its changes: the database lacks nothing', async () => {
    await intend(row(1, 'acme/t1'), row(2, 'acme/t2'))
    await intend(row(1, 'acme/other'))
    await commit(row(1, 'acme/t1'))
    say()
    expect(said()).toEqual([])
    const client = openSqliteReader(database.file)
    expect(watchRestored({ client, file: database.file, witness: folder })).not.toThrow()
    client.close()
  })
})

describe('a writer whose thread ends between its commit and its last word', () => {
  const LIST: readonly Statement[] = [
    {
      sql: `insert into changes (kind, key, at) values ('token', 'acme/t1', ${NOW}) returning seq`,
      params: [],
      expect: 1,
      toFeed: true,
    },
    { sql: 'select 1 /* die unmarked */', params: [], expect: 'any' },
  ]
  const end = async () => {
    const writer = openWriterThread(database.file, { program: DYING })
    const outcome = await writer.write(LIST)
    await writer.close()
    return outcome
  }
  const failed = (internal: string) => ({ kind: 'failed', failure: { kind: 'unavailable', internal } })

  it('has it said before anybody hears that it failed: a retry may have nothing to write', async () => {
    expect(await end()).toEqual(failed('the writer ended'))
    expect(said()).toEqual([row(1, 'acme/t1')])
  })

  it('tells the log when that fails as well', async () => {
    mkdirSync(join(folder, 'no-file.lines'))
    expect(await end()).toEqual(failed('the writer ended, and its witness cannot be told what it committed: EISDIR'))
  })
})
