import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import { acknowledgedOf, issue, newLife, type Surroundings } from '#server/attack/life.fixture.ts'
import { judgeLives, type Load, startLoad } from '#server/attack/load.fixture.ts'
import { unless } from '#server/attack/race.fixture.ts'
import type { Served } from '#server/attack/served-process.fixture.ts'

/** The real start, edge and API, without Next. */
export const SERVED = join(import.meta.dirname, 'served-portal.fixture.ts')

const ACKNOWLEDGED_MIN = 12
// Kills fall anywhere within a few lives.
const SPREAD_MS = 240
const STEP_MS = 37

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

/** What is killed: the program, its variables beyond those of the world, and what else happens to the machine. */
export type Killed = {
  readonly program: string
  readonly env?: Readonly<Record<string, string>>
  readonly afterKill?: () => void
  /** How many changes are acknowledged before it; a dozen unless said otherwise. */
  readonly least?: number
}

const killUnderLoad = async (around: Surroundings, served: Served, round: number, least: number): Promise<Load> => {
  const load = startLoad(around, String(round))
  await load.acknowledges(least)
  await delay((round * STEP_MS) % SPREAD_MS)
  await served.kill()
  await load.stop()
  return load
}

type Again = {
  readonly served: Served
  readonly goodMs: number
  readonly readyMs: number
  readonly faults: readonly string[]
}

const askAgain = async (served: Served, kept: string, killedAt: number): Promise<Again> => {
  // The API answers, whatever it says of this token.
  await served.until('/api/v1/me')
  const { status } = await served.validate(kept)
  const goodMs = performance.now() - killedAt
  await served.until('/readyz')
  const readyMs = performance.now() - killedAt
  return { served, goodMs, readyMs, faults: unless(status === 200, `lost the token that was kept: ${status}`) }
}

const startAgain = async (start: () => Served, kept: string): Promise<Again> => {
  const killedAt = performance.now()
  const served = start()
  try {
    return await askAgain(served, kept, killedAt)
  } catch (thrown) {
    await served.kill()
    throw thrown
  }
}

/** Rounds of: load, kill -9 in the middle of it, start again, and look at everything that was ever acknowledged. */
export const killRounds = async (world: CrashWorld, rounds: number, killed: Killed): Promise<Kills> => {
  const { owner, file } = world
  const start = () => world.start(killed.program, killed.env)
  const [faults, goodAgainMs, readyAgainMs]: [string[], number[], number[]] = [[], [], []]
  let [acknowledged, open] = [0, 0]
  let served = start()
  await served.until('/readyz')
  const kept = newLife('access_token', 'kept')
  await issue({ server: served, owner }, kept)
  for (let round = 0; round < rounds; round += 1) {
    const load = await killUnderLoad({ server: served, owner }, served, round, killed.least ?? ACKNOWLEDGED_MIN)
    killed.afterKill?.()
    const again = await startAgain(start, kept.credentials.join())
    served = again.served
    goodAgainMs.push(again.goodMs)
    readyAgainMs.push(again.readyMs)
    acknowledged += acknowledgedOf(load.lives)
    open += load.lives.filter((life) => life.open !== undefined).length
    const stored = judgeStore(file, load.lives)
    const told = await judgeLives({ server: served, owner }, load.lives)
    faults.push(...[...load.faults, ...again.faults, ...stored, ...told].map((fault) => `round ${round}: ${fault}`))
  }
  await served.kill()
  return { rounds, acknowledged, open, faults, goodAgainMs, readyAgainMs }
}
