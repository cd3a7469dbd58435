import { killNodes, type Outage, restartPostgres, revocationRounds } from '#server/attack/node-rounds.fixture.ts'
import { type Figure, type Proof, percentile, type Shared, tellFaults } from '#server/attack/proof.fixture.ts'
import type { ThreeNodes } from '#server/attack/three-nodes.fixture.ts'

const LATENCY = { id: 'postgres-revocation-latency', rounds: 1000, goalMs: 1000 } as const
const KILLS = { id: 'postgres-nodes-under-load', rounds: 30, answered: 0.9999 } as const
const RESTARTS = { id: 'postgres-restart-under-load', rounds: 10 } as const

const proveLatency = async (world: ThreeNodes): Promise<readonly Figure[]> => {
  const { id, rounds, goalMs } = LATENCY
  const { milliseconds, faults } = await revocationRounds(world, rounds, world.stalenessSeconds * 1000)
  tellFaults(id, faults)
  const [p50, p99, most] = [0.5, 0.99, 1].map((part) => percentile(milliseconds, part))
  const metric = `refused by all of 3 nodes after p50 ${p50?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms, at most ${most?.toFixed(1)} ms; ${faults.length} faults in ${rounds}`
  return [{ id, metric, goal: `p99 below ${goalMs} ms, 0 faults`, passed: faults.length === 0 && Number(p99) < goalMs }]
}

const lostOf = (id: string, { acknowledged, faults }: Outage): Figure => {
  tellFaults(id, faults)
  const metric = `lost or wrong: ${faults.length}, of ${acknowledged} acknowledged tokens`
  return { id, metric, goal: '0', passed: faults.length === 0 && acknowledged > 0 }
}

const proveKills = async (world: ThreeNodes): Promise<readonly Figure[]> => {
  const { id, rounds, answered: goal } = KILLS
  const outage = await killNodes(world, rounds)
  const { asked, retried, failed } = outage.tries
  const answered = 1 - failed / asked
  const metric = `${(answered * 100).toFixed(4)} % of ${asked} answered at one retry (${retried} asked again, ${failed} in vain), ${rounds} kills`
  const figure = { id, metric, goal: `at least ${goal * 100} %`, passed: answered >= goal && retried > 0 }
  return [figure, lostOf(id, outage)]
}

const proveRestarts = async (world: ThreeNodes): Promise<readonly Figure[]> => {
  const { id, rounds } = RESTARTS
  return [lostOf(id, await restartPostgres(world, rounds))]
}

/** What three nodes over one PostgreSQL promise: revocations heard, nodes lost and found, the store away and back. */
export const proveNodes = ({ get }: Pick<Shared<ThreeNodes>, 'get'>): readonly Proof[] => [
  { id: LATENCY.id, prove: async () => proveLatency(await get()) },
  { id: KILLS.id, prove: async () => proveKills(await get()) },
  { id: RESTARTS.id, prove: async () => proveRestarts(await get()) },
]
