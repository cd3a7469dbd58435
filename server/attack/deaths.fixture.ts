import { join } from 'node:path'
import { readConfig } from '#lib/config/env.ts'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeLife } from '#server/attack/judge-life.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import {
  type Deed,
  exchange,
  issue,
  type Life,
  newLife,
  refresh,
  revoke,
  rotate,
  type Surroundings,
} from '#server/attack/life.fixture.ts'
import { serverOf } from '#server/attack/one-process.fixture.ts'
import { settingsOf } from '#server/attack/race-world.fixture.ts'
import { composePortal } from '#server/compose.ts'

const FAULTY = join(import.meta.dirname, 'faulty-portal.fixture.ts')
const WRITER = join(import.meta.dirname, 'dying-writer.fixture.ts')

const LIFE = [issue, exchange, refresh, rotate, revoke] as const

/** What came of deaths at single steps of the writer. */
export type Deaths = {
  /** What was under way, death by death. */
  readonly within: readonly Deed[]
  readonly faults: readonly string[]
}

// Answers whether it died on the way.
const liveUntilDeath = async (around: Surroundings, life: Life): Promise<boolean> => {
  try {
    for (const step of LIFE) await step(around, life)
    return false
  } catch (thrown) {
    // The connection broke; an answer of another kind is no death.
    if (thrown instanceof TypeError) return true
    throw thrown
  }
}

const judgeAfter = async ({ file, owner }: CrashWorld, life: Life): Promise<readonly string[]> => {
  const portal = await composePortal(readConfig(settingsOf(file)), { choring: false })
  try {
    return [...judgeStore(file, [life]), ...(await judgeLife({ server: serverOf(portal), owner }, life))]
  } finally {
    await portal.close()
  }
}

type Dying = { readonly every: number; readonly env?: Readonly<Record<string, string>> }

/**
 * A server dies before the n-th step of its writer, for every n or each so many, in issue, exchange, refresh, rotation
 * and revocation, until one lives through all of them; what it left is judged each time.
 */
export const dieAtSteps = async (world: CrashWorld, { every, env = {} }: Dying): Promise<Deaths> => {
  const within: Deed[] = []
  const faults: string[] = []
  for (let step = every; ; step += every) {
    const served = world.start(FAULTY, { ...env, FIXTURE_WRITER: WRITER, FIXTURE_DIES_AT: String(step) })
    await served.until('/readyz')
    const life = newLife('client_credentials', `step-${step}`)
    const died = await liveUntilDeath({ server: served, owner: world.owner }, life)
    if (!died) {
      await served.kill()
      return { within, faults }
    }
    await served.ended
    within.push(life.open ?? 'issued')
    faults.push(...(await judgeAfter(world, life)).map((fault) => `step ${step}, ${life.open}: ${fault}`))
  }
}
