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

/** Measures one slice of a side; throws if anything was refused. */
export const measure = async (load: Child, server: Child, side: Side, milliseconds: number): Promise<Measured> => {
  const before = Number(await server.ask({ ask: 'cpu' }))
  const { failed = 0, answered, seconds, p50, p99 } = await work(load, server, side, milliseconds)
  const cpu = Number(await server.ask({ ask: 'cpu' })) - before
  const megabytes = Number(await server.ask({ ask: 'memory' })) / 1_000_000
  if (failed > 0) throw new Error(`${failed} requests of ${side.target} were not answered 200`)
  return { perSecond: answered / seconds, cpuSecondsPer100k: (cpu / answered) * 100_000, p50, p99, megabytes }
}
