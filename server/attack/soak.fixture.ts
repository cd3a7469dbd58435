import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import type { Killed } from '#server/attack/kills.fixture.ts'
import { acknowledgedOf } from '#server/attack/life.fixture.ts'
import { startLoad } from '#server/attack/load.fixture.ts'

const SAMPLES = 60
const WARM_CHANGES = 40

/** What a process and its database take at a moment. */
export type Sample = {
  readonly memoryBytes: number
  readonly descriptors: number
  readonly databaseBytes: number
  readonly logBytes: number
  readonly changes: number
}

/** What came of mixed load for a while: samples at even distances, the first one when all was warm. */
export type Soak = { readonly samples: readonly Sample[]; readonly faults: readonly string[] }

const KIB = 1024

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0)

const memoryOf = (pid: number): number =>
  KIB * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

/** Mixed load for so long; needs Linux, which tells what a process takes. */
export const soak = async (world: CrashWorld, milliseconds: number, { program, env }: Killed): Promise<Soak> => {
  const { file, owner } = world
  const served = world.start(program, env)
  await served.until('/readyz')
  const load = startLoad({ server: served, owner }, 'soak')
  const sample = (): Sample => ({
    memoryBytes: memoryOf(served.pid),
    descriptors: readdirSync(`/proc/${served.pid}/fd`).length,
    databaseBytes: sizeOf(file),
    logBytes: sizeOf(`${file}-wal`),
    changes: acknowledgedOf(load.lives),
  })
  await load.acknowledges(WARM_CHANGES)
  const samples = [sample()]
  for (let count = 0; count < SAMPLES && load.faults.length === 0; count += 1) {
    await delay(milliseconds / SAMPLES)
    samples.push(sample())
  }
  await load.stop()
  return { samples, faults: [...load.faults, ...judgeStore(file, load.lives)] }
}
