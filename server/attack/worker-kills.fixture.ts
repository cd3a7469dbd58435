import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import type { Kills } from '#server/attack/kills.fixture.ts'
import { acknowledgedOf, issue, newLife } from '#server/attack/life.fixture.ts'
import { judgeLives, startLoad } from '#server/attack/load.fixture.ts'
import { unless } from '#server/attack/race.fixture.ts'
import type { Served } from '#server/attack/served-process.fixture.ts'

const WORKERS = 2
const ACKNOWLEDGED_MIN = 12
const SPREAD_MS = 240
const STEP_MS = 37
// Each such round the one that watches over them dies, and they with it; of more deaths within a minute a start gives up.
const ALL_DIE_EACH = 5
const LOOK_MS = 5
const WAIT_MS_MAX = 60_000

/** What is started, and how: it has to be a start of several processes. */
export type KilledWorkers = { readonly program: string; readonly env?: Readonly<Record<string, string>> }

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

const isOfPages = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--pages')

const workersOf = ({ pid }: Served): readonly number[] => childrenOf(pid).filter((child) => !isOfPages(child))

const waitUntil = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + WAIT_MS_MAX
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it did not come to pass')
    await delay(LOOK_MS)
  }
}

const isSilent = (served: Served): Promise<boolean> =>
  served.validate('nothing').then(
    () => false,
    () => true,
  )

/**
 * Rounds of: load on two processes behind one port, kill -9 of either of them in the middle of it, or of the one that watches
 * over both and so of all, and a look at everything that was ever acknowledged. Linux alone tells who the processes are.
 */
export const killWorkerRounds = async (
  world: CrashWorld,
  rounds: number,
  { program, env = {} }: KilledWorkers,
): Promise<Pick<Kills, 'rounds' | 'acknowledged' | 'open' | 'faults'>> => {
  const { owner, file } = world
  const start = async (): Promise<Served> => {
    const served = world.start(program, { ...env, LATCHKEY_WORKERS: String(WORKERS) })
    // One that dies before all ever served ends the start.
    await waitUntil(() => served.said().includes('is ready at'))
    return served
  }
  const faults: string[] = []
  let [acknowledged, open] = [0, 0]
  let served = await start()
  const kept = newLife('access_token', 'kept')
  await issue({ server: served, owner }, kept)
  const killOne = async (round: number): Promise<void> => {
    // Whoever takes the place of the last one that died is there.
    await waitUntil(() => workersOf(served).length === WORKERS)
    const victim = workersOf(served)[round % WORKERS]
    if (victim === undefined) throw new Error('there is nobody to kill')
    process.kill(victim, 'SIGKILL')
  }
  const killAll = async (): Promise<void> => {
    await served.kill()
    await waitUntil(() => isSilent(served))
  }
  for (let round = 0; round < rounds; round += 1) {
    const isAll = round % ALL_DIE_EACH === ALL_DIE_EACH - 1
    const load = startLoad({ server: served, owner }, String(round))
    await load.acknowledges(ACKNOWLEDGED_MIN)
    await delay((round * STEP_MS) % SPREAD_MS)
    await (isAll ? killAll() : killOne(round))
    // Whoever is with the other goes on.
    if (!isAll) await load.acknowledges(2 * ACKNOWLEDGED_MIN)
    await load.stop()
    if (isAll) served = await start()
    await served.until('/readyz')
    const { status } = await served.validate(kept.credentials.join())
    acknowledged += acknowledgedOf(load.lives)
    open += load.lives.filter((life) => life.open !== undefined).length
    const told = await judgeLives({ server: served, owner }, load.lives)
    const found = [
      ...load.faults,
      ...unless(status === 200, `lost the token that was kept: ${status}`),
      ...judgeStore(file, load.lives),
      ...told,
    ]
    faults.push(...found.map((fault) => `round ${round}: ${fault}`))
  }
  await served.kill()
  return { rounds, acknowledged, open, faults }
}
