import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Rank } from '#lib/config/config.ts'
import { SERVED } from '#server/attack/kills.fixture.ts'
import type { Figure, Proof } from '#server/attack/proof.fixture.ts'
import { keptRequest, type Told } from '#server/attack/requests.fixture.ts'
import { heldFor, type Slowness, slowSockets } from '#server/attack/slow-sockets.fixture.ts'
import {
  inPairs,
  median,
  newcomers,
  overloadFaults,
  type Pair,
  type StormWorld,
  stormWorld,
} from '#server/attack/storms.fixture.ts'
import { HOLDS } from '#server/http-server.ts'

const SERVE = join(import.meta.dirname, '../serve.ts')
const FAULTLESS = join(import.meta.dirname, 'faulty-portal.fixture.ts')
const FORM = 'Content-Type: application/x-www-form-urlencoded'

const PAIRS = 9
const SLICE_MS = 4000
const PATIENCE_MS = 5000
const P99_TIMES_MAX = 2
const GOODPUT_MIN = 0.7
const OVERLOAD_TIMES = 5
// As many as let the server work in large batches, and fewer than its door lets in.
const PEAK_CONNECTIONS = 256
const SOCKETS = 500
const CROWD = 900
const CROWD_MS = 10_000
const SETTLE_MS = 1000
// What a health check waits for, by default, of Kubernetes.
const NEWCOMER_MS_MAX = 1000

// Few enough for any machine: what is measured is how long one waits, not how many there can be.
const VALIDATIONS = { perSecond: 200, connections: 64, milliseconds: SLICE_MS, patienceMs: PATIENCE_MS } as const
const SIGN_INS = { perSecond: 50, connections: 256, milliseconds: SLICE_MS + 500, patienceMs: PATIENCE_MS } as const

const statusesOf = (tolds: readonly { readonly statuses: Readonly<Record<string, number>> }[]): string => {
  const sum = new Map<string, number>()
  for (const { statuses } of tolds)
    for (const [status, count] of Object.entries(statuses)) sum.set(status, (sum.get(status) ?? 0) + count)
  return [...sum].map(([status, count]) => `${count} × ${status}`).join(', ')
}

const p99Figure = (id: string, what: string, pairs: readonly Pair[]): Figure => {
  const times = median(pairs.map(({ calm, stormy }) => stormy.p99 / calm.p99))
  const [calm, stormy] = [median(pairs.map((pair) => pair.calm.p99)), median(pairs.map((pair) => pair.stormy.p99))]
  const answered = pairs.every((pair) => Object.keys(pair.stormy.statuses).join() === '200')
  return {
    id,
    metric: `${what}: p99 of validations × ${times.toFixed(2)} (${calm.toFixed(1)} ms, then ${stormy.toFixed(1)} ms), answered ${statusesOf(pairs.map((pair) => pair.stormy))}`,
    goal: `at most × ${P99_TIMES_MAX}, all 200`,
    passed: times <= P99_TIMES_MAX && answered,
  }
}

const within = async (
  program: string,
  env: Readonly<Record<string, string>>,
  prove: (world: StormWorld) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> => {
  const world = await stormWorld(program, env)
  try {
    return await prove(world)
  } finally {
    await world.remove()
  }
}

const newcomersFigure = async ({ port, measured, validate }: StormWorld): Promise<Figure> => {
  const crowd = measured.ask({
    port,
    request: validate,
    connections: CROWD,
    milliseconds: CROWD_MS,
    patienceMs: CROWD_MS,
  })
  await delay(SETTLE_MS)
  const waited = await newcomers(port, CROWD_MS - 2 * SETTLE_MS)
  const { statuses } = await crowd
  const after = (share: number): number => waited[Math.ceil(waited.length * share) - 1] ?? Number.NaN
  const crowded = `${CROWD} busy ones (${statusesOf([{ statuses }])})`
  return {
    id: 'overload',
    metric: `a new connection beside ${crowded}: answered after ${after(0.5).toFixed(0)} ms, p99 ${after(0.99).toFixed(0)}`,
    goal: `p99 at most ${NEWCOMER_MS_MAX} ms`,
    passed: after(0.99) <= NEWCOMER_MS_MAX,
  }
}

const exchangesBeyondPeak = async ({ port, measured, exchange }: StormWorld): Promise<readonly Figure[]> => {
  const id = 'overload'
  const asking = { port, request: exchange, milliseconds: SLICE_MS, patienceMs: PATIENCE_MS }
  const ratios: number[] = []
  const all: Told[] = []
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const peak = await measured.ask({ ...asking, connections: PEAK_CONNECTIONS })
    const perSecond = OVERLOAD_TIMES * peak.goodPerSecond
    const over = await measured.ask({ ...asking, perSecond, connections: 4000 })
    ratios.push(over.goodPerSecond / peak.goodPerSecond)
    all.push(over)
  }
  const faults = [...new Set(all.flatMap(overloadFaults))]
  return [
    {
      id,
      metric: `exchanges at ${OVERLOAD_TIMES} × peak: ${(100 * median(ratios)).toFixed(0)} % of peak in time, answered ${statusesOf(all)}${faults.length > 0 ? `; ${faults.join()}` : ''}`,
      goal: `at least ${100 * GOODPUT_MIN} %, some 503, and nothing else`,
      passed: median(ratios) >= GOODPUT_MIN && faults.length === 0,
    },
  ]
}

// The crowd first: what the other leaves to be done would keep newcomers waiting.
const overload = async (world: StormWorld): Promise<readonly Figure[]> => [
  await newcomersFigure(world),
  ...(await exchangesBeyondPeak(world)),
]

const signInStorm =
  (what: string, requestOf: (world: StormWorld) => Promise<string>) =>
  (rank: Rank) =>
  async (world: StormWorld): Promise<readonly Figure[]> => {
    const { port, measured, storm, validate } = world
    const request = await requestOf(world)
    const begin = () => storm.ask({ ...SIGN_INS, port, request })
    const pairs = await inPairs(measured, { ...VALIDATIONS, port, request: validate }, { begin }, PAIRS)
    const answers = statusesOf(pairs.flatMap((pair) => (pair.storm ? [pair.storm] : [])))
    return [p99Figure('sign-in-storm', `${SIGN_INS.perSecond} ${what} a second (${answers}), rank ${rank}`, pairs)]
  }

const passwords = signInStorm('passwords', async () =>
  keptRequest('POST', '/sign-in', ['Origin: http://portal.example', FORM]),
)
const signIns = signInStorm('sign-ins with their pages', ({ signIn }) => signIn())
const RANKS: readonly Rank[] = ['normal', 'realtime']

const signInStorms = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = []
  for (const rank of RANKS) {
    const env = { LATCHKEY_RANK: rank }
    figures.push(...(await within(FAULTLESS, { ...env, FIXTURE_APART: '1' }, passwords(rank))))
    figures.push(...(await within(SERVE, { ...env, NODE_ENV: 'production' }, signIns(rank))))
  }
  return figures
}

const HELD_MS: Readonly<Record<Slowness, number>> = {
  head: HOLDS.headersTimeout,
  body: HOLDS.requestTimeout,
  idle: HOLDS.silenceMs,
}
// The server looks at its connections every other second.
const SLACK_MS = 5000

const heldFigure = async (port: number, slowness: Slowness): Promise<Figure> => {
  const withinMs = HELD_MS[slowness] + SLACK_MS
  const held = await heldFor(port, slowness, SOCKETS, withinMs)
  return {
    id: 'slow-sockets',
    metric: `still held after ${withinMs / 1000} s with a slow ${slowness}: ${held} of ${SOCKETS}`,
    goal: '0',
    passed: held === 0,
  }
}

const slowStorm = async ({ port, measured, validate }: StormWorld): Promise<readonly Figure[]> => {
  const figures: Figure[] = []
  for (const slowness of ['head', 'body', 'idle'] satisfies readonly Slowness[]) {
    let sockets: ReturnType<typeof slowSockets> | undefined
    const begin = () => {
      sockets = slowSockets(port, slowness, SOCKETS)
      return undefined
    }
    const end = () => sockets?.end()
    const pairs = await inPairs(measured, { ...VALIDATIONS, port, request: validate }, { begin, end }, PAIRS)
    figures.push(p99Figure('slow-sockets', `${SOCKETS} with a slow ${slowness}`, pairs))
    figures.push(await heldFigure(port, slowness))
  }
  return figures
}

/** More than can be done, passwords by the dozen, and clients that hold connections; timed, so the machine must be quiet. */
export const STORMS: readonly Proof[] = [
  { id: 'overload', prove: () => within(SERVED, {}, overload) },
  { id: 'sign-in-storm', prove: signInStorms },
  { id: 'slow-sockets', prove: () => within(SERVED, {}, slowStorm) },
]
