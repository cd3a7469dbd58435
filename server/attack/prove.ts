import { choose, type Proof, runProofs, shared, UnknownProof } from '#server/attack/proof.fixture.ts'
import { proveBadDisk } from '#server/attack/prove-bad-disk.fixture.ts'
import { proveClockSteps } from '#server/attack/prove-clock-steps.fixture.ts'
import { proveDeaths } from '#server/attack/prove-deaths.fixture.ts'
import { proveJwts } from '#server/attack/prove-jwts.fixture.ts'
import { proveKills, provePowerCuts, proveWorkerKills } from '#server/attack/prove-kills.fixture.ts'
import { proveNodes } from '#server/attack/prove-nodes.fixture.ts'
import { proveRace } from '#server/attack/prove-race.fixture.ts'
import { proveSoak } from '#server/attack/prove-soak.fixture.ts'
import { STORMS } from '#server/attack/prove-storms.fixture.ts'
import { REFRESH_RACES } from '#server/attack/refresh-races.fixture.ts'
import { RIGHTS_RACES } from '#server/attack/rights-races.fixture.ts'
import { threeNodes } from '#server/attack/three-nodes.fixture.ts'
import { twoServers } from '#server/attack/two-servers.fixture.ts'

// `npm run prove`: what the tests try in short, for long. `npm run prove -- <id> …` runs some alone.

const servers = shared(twoServers)
const nodes = shared(() => threeNodes({ stalenessSeconds: 10 }))

// What is timed comes first, while nothing else runs.
const PROOFS: readonly Proof[] = [
  proveJwts,
  ...STORMS,
  ...proveNodes(nodes),
  proveKills,
  proveWorkerKills,
  provePowerCuts,
  proveDeaths,
  proveBadDisk,
  proveClockSteps,
  proveSoak,
  ...[...REFRESH_RACES, ...RIGHTS_RACES].map((race) => proveRace(race, servers.get)),
]

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const prove = async (wanted: readonly string[]): Promise<0 | 1> => {
  try {
    return (await runProofs(choose(PROOFS, wanted), (line) => void process.stdout.write(line))) ? 0 : 1
  } catch (thrown) {
    if (!(thrown instanceof UnknownProof)) throw thrown
    process.stderr.write(`prove: ${thrown.message}\n`)
    return 1
  } finally {
    await servers.remove()
    await nodes.remove()
  }
}

// Said aloud: what stops an embedded PostgreSQL ends a process that has nothing left to do with 0, whatever its exit code.
process.exit(await prove(process.argv.slice(2)))
