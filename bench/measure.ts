import { setTimeout as delay } from 'node:timers/promises'
import type { Target } from '#bench/answer-parent.ts'
import type { Child } from '#bench/child.ts'
import type { Side } from '#bench/works.ts'

const CONNECTIONS = 32

/** One slice of a side: how much was answered, how fast, and what it cost the server. */
export type Measured = {
  readonly perSecond: number
  readonly cpuSecondsPer100k: number
  /** Milliseconds; undefined where nothing was asked over HTTP. */
  readonly p50?: number | undefined
  readonly p99?: number | undefined
  /** What the server holds of the machine's memory after it. */
  readonly megabytes: number
}

type Done = {
  readonly failed?: number
  readonly answered: number
  readonly seconds: number
  readonly p50?: number
  readonly p99?: number
}

const work = async (load: Child, server: Child, { target, inside }: Side, milliseconds: number): Promise<Done> => {
  if (inside) return (await server.ask({ ask: 'inside', milliseconds })) as Done
  const targets = server.ready as Readonly<Record<string, Target>>
  return (await load.ask({ ...targets[target], connections: CONNECTIONS, milliseconds })) as Done
}

// Ours writes counts once a second, behind the answers.
const OWED_MS = 1000
const LOOK_MS = 100
const LOOKS_MAX = 50
const QUIET_CPU_SECONDS = 0.01

// What a slice left to be done is its own cost, and would slow the other side's slice.
const cpuOnceQuiet = async (server: Child): Promise<number> => {
  await delay(OWED_MS)
  let cpu = Number(await server.ask({ ask: 'cpu' }))
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    await delay(LOOK_MS)
    const now = Number(await server.ask({ ask: 'cpu' }))
    if (now - cpu < QUIET_CPU_SECONDS) return now
    cpu = now
  }
  return cpu
}

/** Measures one slice of a side, until it has nothing left to do; throws if anything was refused. */
export const measure = async (load: Child, server: Child, side: Side, milliseconds: number): Promise<Measured> => {
  const before = Number(await server.ask({ ask: 'cpu' }))
  const { failed = 0, answered, seconds, p50, p99 } = await work(load, server, side, milliseconds)
  const cpu = (side.inside ? Number(await server.ask({ ask: 'cpu' })) : await cpuOnceQuiet(server)) - before
  const megabytes = Number(await server.ask({ ask: 'memory' })) / 1_000_000
  if (failed > 0) throw new Error(`${failed} requests of ${side.target} were not answered 200`)
  return { perSecond: answered / seconds, cpuSecondsPer100k: (cpu / answered) * 100_000, p50, p99, megabytes }
}
