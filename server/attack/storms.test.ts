import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptRequest } from '#server/attack/requests.fixture.ts'
import { heldFor, type Slowness, slowSockets } from '#server/attack/slow-sockets.fixture.ts'
import { overloadFaults, type StormWorld, stormWorld } from '#server/attack/storms.fixture.ts'

// What holds of storms on any machine, however slow; how fast it is, `npm run prove` measures.

// Its pages are sign-ins by password, and nothing else.
const PROGRAM = join(import.meta.dirname, 'faulty-portal.fixture.ts')
// The same with another module in the place of one.
const REPLACED = join(import.meta.dirname, 'replaced-portal.fixture.ts')

let world: StormWorld
beforeAll(async () => {
  world = await stormWorld(PROGRAM, { FIXTURE_APART: '1' })
}, 120_000)
afterAll(() => world.remove())

const MILLISECONDS = 2000

describe('clients that hold connections', () => {
  it.each(['head', 'body', 'idle'] as const)('with a slow %s keep nobody from an answer', async (slowness) => {
    const { port, measured, validate } = world
    const sockets = slowSockets(port, slowness, 200)
    const asking = { port, request: validate, connections: 8, milliseconds: MILLISECONDS, patienceMs: 60_000 }
    const { statuses } = await measured.ask(asking)
    sockets.end()
    expect(Object.keys(statuses)).toEqual(['200'])
  })
})

describe('passwords by the hundred', () => {
  it('are refused or told to come again, while every validation is answered', async () => {
    const { port, measured, storm, validate } = world
    const slice = { port, milliseconds: MILLISECONDS, patienceMs: 60_000 }
    const request = keptRequest('POST', '/sign-in', [
      'Origin: http://portal.example',
      'Content-Type: application/x-www-form-urlencoded',
    ])
    const [guessed, validated] = await Promise.all([
      storm.ask({ ...slice, request, perSecond: 400, connections: 600 }),
      measured.ask({ ...slice, request: validate, connections: 8 }),
    ])
    expect(Object.keys(validated.statuses)).toEqual(['200'])
    // Refused as a wrong password is, or for there being too many: never by breaking down.
    expect(
      Object.keys(guessed.statuses).filter((status) => !['401', '403', '422', '429', '503'].includes(status)),
    ).toEqual([])
    expect(guessed.statuses['503']).toBeGreaterThan(0)
  })
})

// The last of this world: what it leaves to be done would keep others waiting.
describe('more than can be done', () => {
  it('is answered with 200, 429 or 503, and nothing else', async () => {
    const { port, measured, exchange } = world
    const asking = { port, request: exchange, milliseconds: MILLISECONDS, patienceMs: 60_000 }
    const { statuses, broken } = await measured.ask({ ...asking, perSecond: 4000, connections: 2000 })
    expect(Object.keys(statuses).filter((status) => !['200', '429', '503'].includes(status))).toEqual([])
    expect(statuses['200']).toBeGreaterThan(0)
    expect(broken).toBe(0)
  })
})

const PATIENCE_MS = 180_000
const MORE_THAN_THE_DOOR = 1500

const withReplaced = async <Result>(what: string, by: string, work: (world: StormWorld) => Promise<Result>) => {
  const replaced = await stormWorld(REPLACED, { FIXTURE_REPLACED: `#server/${what} #server/attack/${by}` })
  try {
    return await work(replaced)
  } finally {
    await replaced.remove()
  }
}

// A busy machine may need more than one to take so many in. None lasts as long as a list waits for the lock.
const ROUNDS_MAX = 4

/** Asks for more than may be under way while nothing can be written, until some are refused; what stands against it then. */
const overloaded = async ({ port, measured, exchange, holdWrites }: StormWorld): Promise<readonly string[]> => {
  const asking = { port, request: exchange, milliseconds: MILLISECONDS, patienceMs: 60_000 }
  let faults: readonly string[] = []
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const letGo = holdWrites()
    const told = await measured.ask({ ...asking, connections: MORE_THAN_THE_DOOR })
    letGo()
    faults = overloadFaults(told)
    if (told.statuses['503']) break
  }
  return faults
}

describe('requests that wait for a disk', { timeout: PATIENCE_MS }, () => {
  it('are refused beyond so many', async () => {
    expect(await overloaded(world)).toEqual([])
  })

  it('would all be taken in without the door (saboteur)', async () => {
    expect(await withReplaced('shed-load.ts', 'no-door.fixture.ts', overloaded)).toEqual(['everything was taken in'])
  })
})

const SOCKETS = 50
const SLOWNESSES = ['head', 'body', 'idle'] as const satisfies readonly Slowness[]

const heldOf = (port: number, withinMs: number): Promise<readonly number[]> =>
  Promise.all(SLOWNESSES.map((slowness) => heldFor(port, slowness, SOCKETS, withinMs)))

describe('sockets over which nothing whole ever comes', { timeout: PATIENCE_MS }, () => {
  it('are closed, each kind of them', async () => {
    const work = ({ port }: StormWorld) => heldOf(port, 50_000)
    expect(await withReplaced('http-server.ts', 'short-holds.fixture.ts', work)).toEqual([0, 0, 0])
  })

  it('would be held for as long as a client likes, without bounds (saboteur)', async () => {
    const work = ({ port }: StormWorld) => heldOf(port, 5000)
    expect(await withReplaced('http-server.ts', 'no-holds.fixture.ts', work)).toEqual([SOCKETS, SOCKETS, SOCKETS])
  })
})
