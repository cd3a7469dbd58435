import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Child, startChild } from '#bench/child.ts'
import { type Measured, measure } from '#bench/measure.ts'
import { median, spread } from '#bench/statistics.ts'
import { type Side, type Work, worksWith } from '#bench/works.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '15' },
    tokens: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
  },
})
const PAIRS = Number(values.pairs)
// A shared machine swings by a factor of eight within a minute: both sides take turns in slices of a second, and only
// ratios of neighbours count.
const SLICE_MS = 1000
// Both sides are compiled while they run, for some ten seconds of each kind of request.
const WARM_UP_MS = 6000
// A slice of credentials that were never seen uses up some thousands of them.
const COLD_PER_SLICE = 8000

// Of two processes that run the same code over the same data one is up to an eighth faster, for as long as it lives.
const PROCESSES = 3

const folders = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
const names = new Map<string, string>()
/** A folder for all processes of one kind, in which they find what the first one made. */
const folderOf = (server: Side['server']): string => {
  const key = server.join(' ')
  const folder = names.get(key) ?? join(folders, String(names.size))
  if (!names.has(key)) mkdirSync(folder)
  names.set(key, folder)
  return folder
}
const childOf = ({ server }: Side): Promise<Child> => startChild(...server, folderOf(server))

type Pair = { readonly ours: Measured; readonly theirs: Measured }

const measureProcesses = async (load: Child, ours: Side, theirs: Side, count: number): Promise<readonly Pair[]> => {
  // A page held against another of the same server.
  const isOne = ours.server.join(' ') === theirs.server.join(' ')
  const us = await childOf(ours)
  try {
    const them = isOne ? us : await childOf(theirs)
    try {
      const measurePair = async (milliseconds: number): Promise<Pair> => ({
        theirs: await measure(load, them, theirs, milliseconds),
        ours: await measure(load, us, ours, milliseconds),
      })
      const pairs: Pair[] = []
      await measurePair(WARM_UP_MS)
      while (pairs.length < count) pairs.push(await measurePair(SLICE_MS))
      return pairs
    } finally {
      if (!isOne) await them.stop()
    }
  } finally {
    await us.stop()
  }
}

const measurePairs = async (load: Child, ours: Side, theirs: Side): Promise<readonly Pair[]> => {
  const pairs: Pair[] = []
  for (let left = PROCESSES; left > 0; left -= 1)
    pairs.push(...(await measureProcesses(load, ours, theirs, Math.ceil((PAIRS - pairs.length) / left))))
  return pairs
}

const both = (pairs: readonly Pair[], read: (measured: Measured) => number, digits: number): string =>
  [pairs.map((pair) => read(pair.ours)), pairs.map((pair) => read(pair.theirs))]
    .map((numbers) => median(numbers).toFixed(digits))
    .join(' / ')

// Of two values in the middle the sum of tenths is not one of tenths.
const rounded = (milliseconds: number): string => String(Number(milliseconds.toFixed(2)))

const row = (work: Work, { name, atLeast }: Work['against'][number], pairs: readonly Pair[]): string => {
  const ratios = pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)
  const cpu = median(pairs.map(({ ours, theirs }) => theirs.cpuSecondsPer100k / ours.cpuSecondsPer100k))
  const [low, high] = spread(ratios)
  const ratio = median(ratios)
  const ours = (read: (measured: Measured) => number): number => median(pairs.map((pair) => read(pair.ours)))
  const cells = [
    work.name,
    name,
    `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    `${atLeast} ${ratio >= atLeast ? 'met' : 'missed'}`,
    cpu.toFixed(2),
    both(pairs, ({ perSecond }) => perSecond, 0),
    both(pairs, ({ cpuSecondsPer100k }) => cpuSecondsPer100k, 2),
    [ours(({ p50 = Number.NaN }) => p50), ours(({ p99 = Number.NaN }) => p99)].map(rounded).join(' / '),
    both(pairs, ({ megabytes }) => megabytes, 0),
  ]
  return `| ${cells.join(' | ')} |`
}

const MEMORY_AT_MOST = 1.3

/** What the process with all tokens holds of the machine's memory, in times of what the one with few does, by work. */
const memory = new Map<string, number>()

const measureWork = async (load: Child, work: Work): Promise<void> => {
  for (const against of work.against) {
    const pairs = await measurePairs(load, work.ours, against.side)
    console.log(row(work, against, pairs))
    if (against.isOurs)
      memory.set(work.name, median(pairs.map(({ ours, theirs }) => ours.megabytes / theirs.megabytes)))
  }
}

const tellMemory = (): void => {
  const [[name, most] = ['', Number.NaN]] = [...memory].toSorted(([, one], [, other]) => other - one)
  if (memory.size === 0) return
  const verdict = most <= MEMORY_AT_MOST ? 'met' : 'missed'
  console.log(
    `\nMemory, of the same with few tokens: at most ${most.toFixed(2)} times (${name}); ${MEMORY_AT_MOST} ${verdict}`,
  )
}

const works = worksWith(Number(values.tokens), (PAIRS + (PROCESSES * WARM_UP_MS) / SLICE_MS) * COLD_PER_SLICE).filter(
  ({ name }) => name.includes(values.only),
)
const load = await startChild('./peers/load.ts')
try {
  console.log(
    '| work | against | times as many a second (quartiles) | at least | times as little CPU | requests/s, ours / theirs | CPU s per 100,000, ours / theirs | p50 / p99 ms, ours | MB, ours / theirs |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const work of works) await measureWork(load, work)
  tellMemory()
} finally {
  await load.stop()
  rmSync(folders, { recursive: true, force: true })
}
