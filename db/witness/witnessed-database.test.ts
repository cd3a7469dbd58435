import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { emptyDatabase, type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { openSqliteReader, openSqliteWriter } from '#db/sqlite-client.ts'
import { breakingFiles } from '#db/witness/breaking-files.fixture.ts'
import { foundWitness } from '#db/witness/found-witness.ts'
import { watchRestored } from '#db/witness/watch-restored.ts'
import { openWitness, type Witness } from '#db/witness/witness.ts'
import { readWitness, witnessBeside } from '#db/witness/witness-folder.ts'
import { mergeWitness } from '#db/witness/witness-log.ts'
import { createWriterOver, openWriterHere } from '#db/writer/writer-here.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'
import { changeWrite } from '#db/writes.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
let folder: string
let disk: ReturnType<typeof breakingFiles>
let opened: Connection[]
beforeEach(async () => {
  database = await temporaryDatabase()
  folder = witnessBeside(database.file)
  disk = breakingFiles(folder)
  opened = []
})
afterEach(async () => {
  for (const connection of opened) await connection.close()
  await database.remove()
  disk.remove()
})

const open = (openWriter = openWriterHere): Connection => {
  const connection = openSqlite(database.file, openWriter)
  opened.push(connection)
  return connection
}
const openOver = (witness: Witness): Connection => open((file) => createWriterOver(openSqliteWriter(file), witness))
const onDisk = () => openWitness(folder, () => NOW, disk.files)
const found = (): void => foundWitness(database.file, folder)
const told = (tx: Transaction, { schema }: Connection, key: string): Write =>
  changeWrite(tx, schema, { kind: 'token', key, at: NOW })
const tell = (connection: Connection, key: string) => connection.atomically((tx) => [told(tx, connection, key)])
const rename = (connection: Connection) =>
  connection.atomically((tx) => [
    {
      label: 'permission',
      rows: tx.update(connection.schema.permissions).set({ description: 'x' }).returning(),
      expect: 'any',
    },
  ])
const log = () => mergeWitness(readWitness(folder), () => false)
const keys = () => log()?.rows.map(([, , key]) => key)
const stored = async () => (await database.raw.rows('select key from changes order by seq')).map(({ key }) => key)
const incarnations = async () =>
  (await database.raw.rows('select incarnation from environment')).map(({ incarnation }) => incarnation)
const refusal = async (work: Promise<unknown>) => work.catch((thrown: unknown) => thrown)
const withCode = (code: string, internal: string) =>
  expect.objectContaining({ code, internal: expect.stringContaining(internal) })

describe.each([
  ['thread', openWriterThread],
  ['here', openWriterHere],
] as const)('a commit of a writer (%s)', (_, openWriter) => {
  it('is told to the witness when it appends to the feed, with all that was committed together', async () => {
    found()
    const connection = open(openWriter)
    await Promise.all(Array.from({ length: 100 }, (_unused, n) => tell(connection, `acme/t${n}`)))
    expect(keys()).toEqual(await stored())
    expect(keys()).toHaveLength(100)
  })

  it('costs no witness where it does not, or where there is none yet', async () => {
    const connection = open(openWriter)
    await tell(connection, 'acme/t1')
    expect(existsSync(folder)).toBe(false)
    found()
    const before = readWitness(folder)
    await rename(connection)
    expect(readWitness(folder)).toEqual(before)
    expect(before).toHaveLength(1)
  })

  it('names the keys that are removed by then', async () => {
    found()
    await database.raw.rows(
      `insert into signing_keys (kid, purpose, algorithm, public_jwk, private_jwk_sealed, secret_id, created_at, removed_at) values ('k1', 'access', 'ES256', '{}', '', 's', 1, 2) returning kid`,
    )
    const connection = open(openWriter)
    await connection.atomically((tx) => [changeWrite(tx, connection.schema, { kind: 'keys', key: 'keys', at: NOW })])
    expect(log()?.rows).toEqual([[1, 'keys', 'keys', NOW, ['k1']]])
  })
})

describe('a witness that cannot be written', () => {
  it('undoes what it was not told of, and hinders nothing else', async () => {
    found()
    const connection = openOver(onDisk())
    await tell(connection, 'acme/t1')
    disk.refuse('writeSync')
    expect(await refusal(tell(connection, 'acme/t2'))).toEqual(withCode('store.unavailable', 'ENOSPC'))
    expect(await stored()).toEqual(['acme/t1'])
    await rename(connection)
    disk.heal()
    await tell(connection, 'acme/t3')
    expect(keys()).toEqual(['acme/t1', 'acme/t3'])
    expect(await stored()).toEqual(['acme/t1', 'acme/t3'])
  })

  it('acknowledges nothing where only the last word failed, and says it before the next', async () => {
    found()
    const witness = onDisk()
    const failing: Witness = {
      ...witness,
      settle: () => {
        disk.refuse('writeSync', 'EIO')
        witness.settle()
      },
    }
    const connection = openOver(failing)
    expect(await refusal(tell(connection, 'acme/t1'))).toEqual(withCode('store.unavailable', 'EIO'))
    disk.heal()
    expect(await refusal(tell(connection, 'acme/t2'))).toEqual(withCode('store.unavailable', 'EIO'))
    expect(keys()).toEqual(['acme/t1'])
  })

  it('is a fault that tests would find: without it a commit is forgotten', async () => {
    found()
    const careless: Witness = { intend: () => undefined, settle: () => undefined, close: () => undefined }
    await tell(openOver(careless), 'acme/t1')
    expect(keys()).toEqual([])
  })
})

describe('a process that is killed', () => {
  it('between its word and its commit has raised no alarm', async () => {
    found()
    await tell(open(), 'acme/t1')
    const [incarnation] = await incarnations()
    onDisk().intend({
      incarnation: String(incarnation),
      rows: [[2, 'token', 'acme/t2', NOW]],
      isInDatabase: () => false,
    })
    found()
    await tell(open(), 'acme/other')
    expect(keys()).toEqual(['acme/t1', 'acme/other'])
  })

  it('between its commit and its last word has it said at the next start', async () => {
    found()
    const mute: Witness = { ...onDisk(), settle: () => undefined }
    await tell(openOver(mute), 'acme/t1')
    expect(keys()).toEqual([])
    found()
    expect(keys()).toEqual(['acme/t1'])
  })
})

describe('a first start', () => {
  it('makes a witness that begins where the database is, and a second start leaves it so', async () => {
    await tell(open(), 'acme/before')
    found()
    const [incarnation] = await incarnations()
    expect(log()).toEqual({ incarnation, through: 1, from: 1, rows: [] })
    found()
    expect(readWitness(folder)).toHaveLength(1)
    expect(await incarnations()).toEqual([incarnation])
  })

  it('goes on where it broke off', async () => {
    found()
    const [incarnation] = await incarnations()
    await database.raw.rows('update environment set incarnation = null returning id')
    found()
    expect(await incarnations()).toEqual([incarnation])
  })

  it('waits for the environment, and for an operator where something is amiss', async () => {
    const empty = await emptyDatabase()
    foundWitness(empty.file, witnessBeside(empty.file))
    expect(existsSync(witnessBeside(empty.file))).toBe(false)
    await createEnvironmentStore(empty.connection).ensure({ issuer: 'https://id.example', now: NOW })
    await empty.remove()
    found()
    rmSync(folder, { recursive: true })
    found()
    expect(existsSync(folder)).toBe(false)
  })

  it('says in one line that its folder cannot be written', () => {
    expect(() => foundWitness(database.file, `${database.file}/witness`)).toThrow(/^The witness .* cannot be used \(/)
  })
})

describe('a watch over a database', () => {
  const watch = () => {
    const client = openSqliteReader(database.file)
    const time = { now: 0 }
    const require = watchRestored({ client, file: database.file, witness: folder }, () => time.now)
    return { require, time, close: () => client.close() }
  }

  it('looks once a second, refuses while the witness is gone, and no longer', () => {
    found()
    const { require, time, close } = watch()
    require()
    renameSync(folder, `${folder}.away`)
    time.now = 999
    require()
    time.now = 1000
    expect(require).toThrow(withCode('store.restored', 'the witness of this database is missing'))
    renameSync(`${folder}.away`, folder)
    expect(require).toThrow(withCode('store.restored', 'missing'))
    time.now = 2000
    require()
    close()
  })

  it('sees that another file was put in its place', async () => {
    found()
    const { require, time, close } = watch()
    require()
    copyFileSync(database.file, `${database.file}.copy`)
    renameSync(`${database.file}.copy`, database.file)
    time.now = 1000
    expect(require).toThrow(withCode('store.restored', 'the file of the database was replaced'))
    close()
  })

  it('is asked before writes, and whenever anybody looks for news; and not by who accepts', async () => {
    found()
    rmSync(folder, { recursive: true })
    const connection = open()
    expect(() => connection.commitMark()).toThrow(withCode('store.restored', 'missing'))
    expect(() => connection.feed.commitMark()).toThrow(withCode('store.restored', 'missing'))
    expect(await refusal(rename(connection))).toEqual(withCode('store.restored', 'missing'))
    const accepting = openSqlite(database.file, openWriterHere, { accepting: true })
    await rename(accepting)
    expect(accepting.commitMark()).toBeGreaterThanOrEqual(0)
    await accepting.close()
  })
})

describe('a writer whose database went back', () => {
  it('gives no number out again', async () => {
    found()
    const connection = open()
    await tell(connection, 'acme/t1')
    await tell(connection, 'acme/t2')
    await database.raw.rows('delete from changes returning seq')
    await database.raw.rows("update sqlite_sequence set seq = 0 where name = 'changes' returning seq")
    const accepting = openSqlite(database.file, openWriterHere, { accepting: true })
    opened.push(accepting)
    expect(await refusal(tell(connection, 'acme/t3'))).toMatchObject({ code: expect.stringContaining('store.') })
    expect(await stored()).toEqual([])
  })
})
