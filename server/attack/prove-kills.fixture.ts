import { join } from 'node:path'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { type Kills, killRounds } from '#server/attack/kills.fixture.ts'
import type { Figure, Proof } from '#server/attack/proof.fixture.ts'

const id = 'kill-9'
const ROUNDS = 500
const GOOD_MS_MAX = 2000
const FAULTS_SHOWN = 5

// As `npm start` does it, pages included.
const SERVE = join(import.meta.dirname, '../serve.ts')

/** The smallest value that a share of the values does not exceed. */
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN

const p95 = (values: readonly number[]): string => `${percentile(values, 0.95).toFixed(0)} ms`

const figuresOf = ({ rounds, acknowledged, open, faults, goodAgainMs, readyAgainMs }: Kills): readonly Figure[] => [
  {
    id,
    metric: `lost, by halves, or damaged: ${faults.length}, of ${acknowledged} acknowledged and ${open} unanswered in ${rounds} kills`,
    goal: `0 in ${ROUNDS}`,
    passed: faults.length === 0 && rounds === ROUNDS && acknowledged > rounds,
  },
  {
    id,
    metric: `a token is good again after p95 ${p95(goodAgainMs)} (pages as well: ${p95(readyAgainMs)})`,
    goal: `at most ${GOOD_MS_MAX} ms`,
    passed: percentile(goodAgainMs, 0.95) <= GOOD_MS_MAX,
  },
]

/** 500 times kill -9 of a real server under mixed load, and a real start after each. */
export const proveKills: Proof = {
  id,
  prove: async () => {
    const world = await crashWorld()
    try {
      const kills = await killRounds(world, ROUNDS, { program: SERVE, env: { NODE_ENV: 'production' } })
      for (const fault of kills.faults.slice(0, FAULTS_SHOWN)) process.stderr.write(`${id}: ${fault}\n`)
      return figuresOf(kills)
    } finally {
      await world.remove()
    }
  },
}
