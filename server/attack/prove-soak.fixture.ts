import { processEnvironment } from '#lib/config/process-env.ts'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeSoak } from '#server/attack/judge-soak.fixture.ts'
import { SERVED } from '#server/attack/kills.fixture.ts'
import { type Proof, tellFaults } from '#server/attack/proof.fixture.ts'
import { soak } from '#server/attack/soak.fixture.ts'

const MINUTES = 5
const MINUTE_MS = 60_000

/** Mixed load for five minutes, or as many as PROVE_MINUTES says: what grows, and what must not. */
export const proveSoak: Proof = {
  id: 'soak',
  prove: async () => {
    const minutes = Number(processEnvironment()['PROVE_MINUTES'] ?? MINUTES)
    const world = await crashWorld()
    try {
      const soaked = await soak(world, minutes * MINUTE_MS, { program: SERVED })
      tellFaults('soak', soaked.faults)
      return judgeSoak(soaked)
    } finally {
      await world.remove()
    }
  },
}
