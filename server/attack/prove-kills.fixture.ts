import { join } from 'node:path'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { diskUnder } from '#server/attack/disk.fixture.ts'
import { type Kills, killRounds, SERVED } from '#server/attack/kills.fixture.ts'
import { type Figure, type Proof, percentile, tellFaults } from '#server/attack/proof.fixture.ts'
import { killWorkerRounds } from '#server/attack/worker-kills.fixture.ts'

const KILLS = { id: 'kill-9', rounds: 500 } as const
const WORKERS = { id: 'kill-9-of-workers', rounds: 100 } as const
const CUTS = { id: 'power-cut', rounds: 50 } as const
const GOOD_MS_MAX = 2000

// As `npm start` does it, pages included.
const SERVE = join(import.meta.dirname, '../serve.ts')

const timesOf = (values: readonly number[]): string =>
  `p50 ${percentile(values, 0.5).toFixed(0)} ms, p95 ${percentile(values, 0.95).toFixed(0)} ms`

type Counts = Pick<Kills, 'acknowledged' | 'open' | 'faults'>

const lostOf = (
  { id, rounds }: typeof KILLS | typeof WORKERS | typeof CUTS,
  { acknowledged, open, faults }: Counts,
): Figure => ({
  id,
  metric: `lost, by halves, or damaged: ${faults.length}, of ${acknowledged} acknowledged and ${open} unanswered`,
  goal: `0 in ${rounds}`,
  passed: faults.length === 0 && acknowledged > rounds,
})

const againOf = ({ goodAgainMs, readyAgainMs }: Kills): Figure => ({
  id: KILLS.id,
  metric: `a token is good again after ${timesOf(goodAgainMs)} (pages are there: ${timesOf(readyAgainMs)})`,
  goal: `p95 at most ${GOOD_MS_MAX} ms`,
  passed: percentile(goodAgainMs, 0.95) <= GOOD_MS_MAX,
})

/** 500 times kill -9 of a real server under mixed load, and a real start after each. */
export const proveKills: Proof = {
  id: KILLS.id,
  prove: async () => {
    const world = await crashWorld()
    try {
      const kills = await killRounds(world, KILLS.rounds, { program: SERVE, env: { NODE_ENV: 'production' } })
      tellFaults(KILLS.id, kills.faults)
      return [lostOf(KILLS, kills), againOf(kills)]
    } finally {
      await world.remove()
    }
  },
}

/** 100 times kill -9 of one of two processes behind one port, or of both, in the real start under mixed load. */
export const proveWorkerKills: Proof = {
  id: WORKERS.id,
  prove: async () => {
    const world = await crashWorld()
    try {
      const kills = await killWorkerRounds(world, WORKERS.rounds, { program: SERVE, env: { NODE_ENV: 'production' } })
      tellFaults(WORKERS.id, kills.faults)
      return [lostOf(WORKERS, kills)]
    } finally {
      await world.remove()
    }
  },
}

/** 50 times a power cut under mixed load: whatever was not synced is gone. */
export const provePowerCuts: Proof = {
  id: CUTS.id,
  prove: async () => {
    const world = await crashWorld()
    const disk = diskUnder(world)
    try {
      const cuts = await killRounds(world, CUTS.rounds, { program: SERVED, env: disk.env, afterKill: disk.cutPower })
      tellFaults(CUTS.id, cuts.faults)
      return [lostOf(CUTS, cuts)]
    } finally {
      await world.remove()
      disk.remove()
    }
  },
}
