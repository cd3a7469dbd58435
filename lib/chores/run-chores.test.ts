import { afterEach, beforeEach, expect, it } from 'vitest'
import { createChoreStore } from '#db/chore-store.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { type Chore, type ChoreSpan, runDueChores } from '#lib/chores/run-chores.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
let time: { now: number }
let logged: string[]
beforeEach(async () => {
  database = await temporaryDatabase()
  time = { now: NOW }
  logged = []
})
afterEach(() => database.remove())

const process = (holder: string, ...chores: readonly Chore[]) => {
  const ports = {
    clock: { now: () => time.now },
    choreStore: createChoreStore(database.connection),
    log: { error: (text: string) => void logged.push(text) },
  }
  return runDueChores(ports, holder, chores)
}

const recording = (name = 'sweep') => {
  const spans: ChoreSpan[] = []
  const chore: Chore = { name, everySeconds: 60, work: async (span) => void spans.push(span) }
  return { spans, chore }
}

it('does what is due once for all processes, each time from where it ended', async () => {
  const { spans, chore } = recording()
  const [one, other] = [process('one', chore), process('other', chore)]
  await Promise.all([one(), other()])
  time.now += 59
  await other()
  time.now += 1
  await Promise.all([one(), other()])
  expect(spans).toEqual([
    { since: 0, now: NOW },
    { since: NOW, now: NOW + 60 },
  ])
})

it('is done again by a clock that is right, after one that ran ahead', async () => {
  const { spans, chore } = recording()
  const run = process('one', chore)
  time.now += 1_000_000
  await run()
  time.now = NOW
  await run()
  await run()
  expect(spans).toEqual([
    { since: 0, now: NOW + 1_000_000 },
    { since: NOW, now: NOW },
  ])
})

it('tells of a chore that failed, tries it again after a minute, and does the others meanwhile', async () => {
  const { spans, chore } = recording('after it')
  let failing = true
  const broken: Chore = {
    name: 'broken',
    everySeconds: 1,
    work: async () => {
      if (failing) throw new Error('out of paper')
    },
  }
  const run = process('one', broken, chore)
  await run()
  expect(logged).toEqual(['the chore broken failed and is tried again:'])
  expect(spans).toHaveLength(1)
  failing = false
  time.now += 59
  await run()
  time.now += 1
  await run()
  await run()
  expect(logged).toHaveLength(1)
})

it('goes on with the same span where a process died in the middle of it', async () => {
  const { spans, chore } = recording()
  const dying: Chore = { ...chore, work: () => new Promise(() => undefined) }
  void process('dying', dying)()
  // Its turn is taken in the order in which statements were asked for.
  await process('another', { ...chore, name: 'something else' })()
  spans.length = 0
  const another = process('another', chore)
  await another()
  expect(spans).toEqual([])
  time.now += 600
  await another()
  expect(spans).toEqual([{ since: 0, now: NOW + 600 }])
})

it('tells of a chore that took so long that another process has taken it over, and changes nothing of its turn', async () => {
  const { spans, chore } = recording()
  const other = process('other', chore)
  const slow: Chore = {
    ...chore,
    work: async () => {
      time.now += 600
      await other()
    },
  }
  await process('slow', slow)()
  expect(logged).toEqual(['the chore sweep took longer than its lease, and another process has taken it over'])
  expect(spans).toEqual([{ since: 0, now: NOW + 600 }])
  time.now += 60
  await other()
  expect(spans).toHaveLength(2)
})

it('does not call good work failed where its end cannot be stored', async () => {
  const { chore } = recording()
  let ends = 0
  const finish = async () => {
    ends += 1
    throw new Error('the store is away')
  }
  const choreStore = { ...createChoreStore(database.connection), finish }
  const ports = { clock: { now: () => time.now }, choreStore, log: { error: (text: string) => void logged.push(text) } }
  await runDueChores(ports, 'one', [chore])()
  expect(logged).toEqual(['how the chore sweep ended could not be stored, and its span comes again:'])
  expect(ends).toBe(1)
})

it('never rejects, even where the store is away', async () => {
  const { chore } = recording()
  await database.connection.close()
  await process('one', chore)()
  expect(logged).toEqual(['the chore sweep could not be taken:'])
})
