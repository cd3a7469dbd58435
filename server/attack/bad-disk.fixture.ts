import Database from 'better-sqlite3'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'
import type { Disk, DiskFault } from '#server/attack/disk.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import { SERVED } from '#server/attack/kills.fixture.ts'
import { acknowledgedOf, issue, type Life, newLife, type Surroundings } from '#server/attack/life.fixture.ts'
import { judgeLives, type Load, startLoad } from '#server/attack/load.fixture.ts'
import { unless } from '#server/attack/race.fixture.ts'

const ACKNOWLEDGED_MIN = 8
const REFUSALS_MIN = 12
const READS_MIN = 20
const PATIENCE_MS = 30_000
const UNAVAILABLE = 503

/** What came of rounds in which the disk failed under load. */
export type BadDisk = {
  readonly faults: readonly string[]
  readonly acknowledged: number
  readonly refused: number
  /** Reads while no write went through. */
  readonly read: number
}

// Reads go on while writes are refused: a validation, and a page's worth of tokens.
const readWhile = async ({ server, owner }: Surroundings, kept: Life, goesOn: (read: number) => boolean) => {
  const faults: string[] = []
  const deadline = performance.now() + PATIENCE_MS
  let read = 0
  while (goesOn(read) && faults.length === 0) {
    const statuses = [
      (await server.validate(kept.credentials.join())).status,
      (await server.manage(owner.cookie, 'GET', owner.tokens)).status,
    ]
    read += statuses.length
    faults.push(
      ...unless(
        statuses.every((status) => status === 200),
        `a read got ${statuses.join()}`,
      ),
    )
    faults.push(...unless(performance.now() < deadline, 'waited in vain'))
  }
  return { read, faults }
}

// Leaves no log behind that could be written over: the next growth is the next write.
const emptyLog = (file: string): void => {
  const client = new Database(file)
  client.pragma('wal_checkpoint(TRUNCATE)')
  client.close()
}

/** How a disk is made to fail under a running server, and well again. */
export type Failing = { fail(): void; heal(): void }

type Round = Surroundings & { readonly kept: Life; readonly failing: Failing; readonly name: string }

const failUnderLoad = async ({ kept, failing, name, ...around }: Round) => {
  const load: Load = startLoad(around, name, { forgives: ({ status }) => status === UNAVAILABLE })
  await load.acknowledges(ACKNOWLEDGED_MIN)
  const isWrong = () => load.faults.length > 0
  const goesOn = (read: number) => !isWrong() && (load.refusals < REFUSALS_MIN || read < READS_MIN)
  failing.fail()
  const during = await readWhile(around, kept, goesOn)
  failing.heal()
  const healed = acknowledgedOf(load.lives) + ACKNOWLEDGED_MIN
  const { faults: after } = await readWhile(around, kept, () => acknowledgedOf(load.lives) < healed && !isWrong())
  await load.stop()
  return { load, read: during.read, faults: [...load.faults, ...during.faults, ...after] }
}

type Options = {
  readonly rounds: number
  readonly program?: string
  readonly failing: Failing
  readonly env?: Readonly<Record<string, string>>
  /** What else happens when the server has been killed. */
  readonly afterKill?: () => void
  /** What happens when the database was closed by somebody else. */
  readonly afterClose?: () => void
}

/**
 * Rounds of: load, the disk fails, only reads go on, the disk is well again and so is the server without a restart; then
 * the end of a power cut, and a look at everything that was acknowledged, while the disk failed as well.
 */
export const failRounds = async (
  world: CrashWorld,
  { rounds, program = SERVED, failing, env = {}, afterKill, afterClose }: Options,
): Promise<BadDisk> => {
  const { owner, file } = world
  const faults: string[] = []
  let [acknowledged, refused, read] = [0, 0, 0]
  for (let round = 0; round < rounds; round += 1) {
    let served = world.start(program, env)
    await served.until('/readyz')
    const kept = newLife('access_token', `kept-${round}`)
    await issue({ server: served, owner }, kept)
    const found = await failUnderLoad({ server: served, owner, kept, failing, name: String(round) })
    await served.kill()
    afterKill?.()
    served = world.start(SERVED)
    await served.until('/readyz')
    const { lives, refusals } = found.load
    acknowledged += acknowledgedOf(lives)
    refused += refusals
    read += found.read
    const stored = judgeStore(file, lives)
    const told = await judgeLives({ server: served, owner }, lives)
    faults.push(...[...found.faults, ...stored, ...told].map((fault) => `round ${round}: ${fault}`))
    await served.kill()
    emptyLog(file)
    afterClose?.()
  }
  return { faults, acknowledged, refused, read }
}

/** How often, and in which way. */
export type DiskOptions = Omit<Options, 'failing' | 'afterKill' | 'afterClose'> & { readonly fault: DiskFault }

/** The same on a disk that fails in one way, and whose power is cut in the end. */
export const failDisk = (world: CrashWorld, disk: Disk, { fault, env, ...options }: DiskOptions): Promise<BadDisk> =>
  failRounds(world, {
    ...options,
    failing: { fail: () => disk.fail(fault), heal: disk.heal },
    env: { ...env, ...disk.env },
    afterKill: disk.cutPower,
    afterClose: disk.settle,
  })
