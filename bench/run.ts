import { type Child, startChild } from '#bench/child.ts'
import { median, spread } from '#bench/statistics.ts'

// A shared machine swings by a factor of eight within a minute: both sides take turns in slices of a second, and only
// ratios of neighbours count.
const SLICE_MS = 1000
const PAIRS = Number(process.argv[2] ?? 15)
const CONNECTIONS = 32

type Target = { readonly url: string; readonly headers: Readonly<Record<string, string>> }
type Load = {
  readonly failed: number
  readonly answered: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
}
type Measured = Load & { readonly cpuSecondsPer100k: number; readonly perSecond: number }

const measure = async (load: Child, server: Child): Promise<Measured> => {
  const before = Number(await server.ask('cpu'))
  const result = (await load.ask({
    ...(server.ready as Target),
    connections: CONNECTIONS,
    milliseconds: SLICE_MS,
  })) as Load
  const cpu = Number(await server.ask('cpu')) - before
  if (result.failed > 0) throw new Error(`${result.failed} requests were not answered 200`)
  return {
    ...result,
    perSecond: result.answered / result.seconds,
    cpuSecondsPer100k: (cpu / result.answered) * 100_000,
  }
}

const row = (name: string, slices: readonly Measured[]): string => {
  const of = (read: (slice: Measured) => number): number => median(slices.map(read))
  return `| ${name} | ${Math.round(of((s) => s.perSecond))} | ${of((s) => s.cpuSecondsPer100k).toFixed(2)} | ${of((s) => s.p50)} | ${of((s) => s.p99)} |`
}

const [load, bare, latchkey] = await Promise.all([
  startChild('./peers/load.ts'),
  startChild('./bare-server.ts'),
  startChild('./latchkey-server.ts'),
])
try {
  const slices: { readonly bare: Measured; readonly latchkey: Measured }[] = []
  // The first pair warms both sides up and does not count.
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const measured = { bare: await measure(load, bare), latchkey: await measure(load, latchkey) }
    if (pair > 0) slices.push(measured)
  }
  const ratios = slices.map((slice) => slice.latchkey.perSecond / slice.bare.perSecond)
  const [low, high] = spread(ratios)
  console.log('| work | requests/s | CPU s per 100,000 | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- |')
  console.log(
    row(
      'bare node:http reply',
      slices.map((slice) => slice.bare),
    ),
  )
  console.log(
    row(
      'validate, warm, access token',
      slices.map((slice) => slice.latchkey),
    ),
  )
  console.log(
    `\nvalidate / bare: ${median(ratios).toFixed(2)} (quartiles ${low.toFixed(2)} to ${high.toFixed(2)}, ${PAIRS} pairs)`,
  )
} finally {
  await Promise.all([load.stop(), bare.stop(), latchkey.stop()])
}
