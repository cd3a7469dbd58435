import { type Proof, tellFaults } from '#server/attack/proof.fixture.ts'
import type { Race } from '#server/attack/race.fixture.ts'
import type { RaceWorld } from '#server/attack/race-world.fixture.ts'

// A race that is slower than this is told as far as it came, and has failed: fewer rounds prove less.
const RACE_MS_MAX = 900_000

/** The long form of a race in a world that others use as well; its faults go to standard error, the first few. */
export const proveRace = ({ id, metric, rounds, run }: Race, worldOf: () => Promise<RaceWorld>): Proof => ({
  id,
  prove: async () => {
    const world = await worldOf()
    const deadline = performance.now() + RACE_MS_MAX
    const faults: string[] = []
    let round = 0
    for (; round < rounds.long && performance.now() < deadline; round += 1) {
      const found = await run(world, round)
      faults.push(...found.map((fault) => `round ${round}: ${fault}`))
    }
    tellFaults(id, faults)
    return [
      {
        id,
        metric: `${metric}: ${faults.length} in ${round} rounds`,
        goal: `0 in ${rounds.long}`,
        passed: faults.length === 0 && round === rounds.long,
      },
    ]
  },
})
