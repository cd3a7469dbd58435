import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeLife } from '#server/attack/judge-life.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import {
  acknowledgedOf,
  issue,
  type Life,
  live,
  newLife,
  type Surroundings,
  WrongAnswer,
} from '#server/attack/life.fixture.ts'
import { times } from '#server/attack/race-world.fixture.ts'
import type { Served } from '#server/attack/served-process.fixture.ts'

/** The real start, edge and API, without Next. */
export const SERVED = join(import.meta.dirname, 'served-portal.fixture.ts')

const USERS = 8
const ACKNOWLEDGED_MIN = 12
// Kills fall anywhere within a few lives.
const SPREAD_MS = 240
const STEP_MS = 37
const LOOK_MS = 1

/** What came of some rounds of load and kill. */
export type Kills = {
  readonly rounds: number
  readonly acknowledged: number
  /** Asked when the server died, and never answered. */
  readonly open: number
  readonly faults: readonly string[]
  /** Milliseconds from each kill until a token of before was good again; the same until the process called itself ready. */
  readonly goodAgainMs: readonly number[]
  readonly readyAgainMs: readonly number[]
}

type Load = { readonly lives: Life[]; readonly faults: string[]; readonly ended: Promise<unknown> }

// Users who live one token after the other until the connection breaks.
const startLoad = (around: Surroundings, round: number): Load => {
  const lives: Life[] = []
  const faults: string[] = []
  const user = async (index: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const life = newLife(
        (index + count) % 2 === 0 ? 'access_token' : 'client_credentials',
        `${round}-${index}-${count}`,
      )
      lives.push(life)
      await live(around, life)
    }
  }
  const users = times(USERS, (index) =>
    user(index).catch((thrown: unknown) => {
      // What broke must be the connection, nothing before it.
      if (thrown instanceof WrongAnswer || !(thrown instanceof TypeError)) faults.push(String(thrown))
    }),
  )
  return { lives, faults, ended: Promise.all(users) }
}

const killUnderLoad = async (around: Surroundings, served: Served, round: number): Promise<Load> => {
  const load = startLoad(around, round)
  while (acknowledgedOf(load.lives) < ACKNOWLEDGED_MIN && load.faults.length === 0) await delay(LOOK_MS)
  await delay((round * STEP_MS) % SPREAD_MS)
  await served.kill()
  await load.ended
  return load
}

/** What is killed: the program, and its variables beyond those of the world. */
export type Killed = { readonly program: string; readonly env?: Readonly<Record<string, string>> }

const judgeAll = async (around: Surroundings, lives: readonly Life[]): Promise<readonly string[]> => {
  const faults: string[] = []
  for (const life of lives) faults.push(...(await judgeLife(around, life)).map((fault) => `${life.key}: ${fault}`))
  return faults
}

/** Rounds of: load, kill -9 in the middle of it, start again, and look at everything that was ever acknowledged. */
export const killRounds = async (world: CrashWorld, rounds: number, { program, env }: Killed): Promise<Kills> => {
  const { owner, file } = world
  const kills = {
    rounds,
    acknowledged: 0,
    open: 0,
    faults: [] as string[],
    goodAgainMs: [] as number[],
    readyAgainMs: [] as number[],
  }
  let served = world.start(program, env)
  await served.until('/readyz')
  const kept = newLife('access_token', 'kept')
  await issue({ server: served, owner }, kept)
  const credential = { 'x-api-key': kept.credentials.join() }
  for (let round = 0; round < rounds; round += 1) {
    const load = await killUnderLoad({ server: served, owner }, served, round)
    const killedAt = performance.now()
    served = world.start(program, env)
    await served.until('/api/v1/validate', credential)
    kills.goodAgainMs.push(performance.now() - killedAt)
    await served.until('/readyz')
    kills.readyAgainMs.push(performance.now() - killedAt)
    const stored = judgeStore(file, load.lives)
    kills.acknowledged += acknowledgedOf(load.lives)
    kills.open += load.lives.filter(({ open }) => open !== undefined).length
    const told = await judgeAll({ server: served, owner }, load.lives)
    kills.faults.push(...[...load.faults, ...stored, ...told].map((fault) => `round ${round}: ${fault}`))
  }
  await served.kill()
  return kills
}
