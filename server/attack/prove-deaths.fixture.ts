import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { dieAtSteps } from '#server/attack/deaths.fixture.ts'
import { type Proof, tellFaults } from '#server/attack/proof.fixture.ts'

const id = 'crash-at-each-write'
// Fewer would mean that they were not counted.
const STEPS_MIN = 50

/** A death before every statement, commit, word to the witness and answer of issue, exchange, refresh, rotation and revocation. */
export const proveDeaths: Proof = {
  id,
  prove: async () => {
    const world = await crashWorld()
    try {
      const { within, faults } = await dieAtSteps(world, { every: 1 })
      tellFaults(id, faults)
      return [
        {
          id,
          metric: `lost, by halves, or beyond a retry: ${faults.length} in ${within.length} deaths`,
          goal: `0 in at least ${STEPS_MIN}`,
          passed: faults.length === 0 && within.length >= STEPS_MIN,
        },
      ]
    } finally {
      await world.remove()
    }
  },
}
