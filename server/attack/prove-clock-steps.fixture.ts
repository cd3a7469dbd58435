import { stepClock } from '#server/attack/clock-steps.fixture.ts'
import { type Proof, tellFaults } from '#server/attack/proof.fixture.ts'

const id = 'clock-steps'
const ROUNDS = 20
// So that they begin at all times of a day, of which there is another on either side.
const APART_SECONDS = 4567

/** A portal whose clock jumps by an hour, by days and by a year, forth and back. */
export const proveClockSteps: Proof = {
  id,
  prove: async () => {
    const faults: string[] = []
    for (let round = 0; round < ROUNDS; round += 1)
      faults.push(...(await stepClock(undefined, round * APART_SECONDS)).map((fault) => `round ${round}, ${fault}`))
    tellFaults(id, faults)
    return [
      {
        id,
        metric: `taken beyond its end, refused before it, or come to a halt: ${faults.length} in ${ROUNDS} rounds`,
        goal: `0 in ${ROUNDS}`,
        passed: faults.length === 0,
      },
    ]
  },
}
