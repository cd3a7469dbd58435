import type { Measured } from '#bench/measure.ts'
import { median, spread } from '#bench/statistics.ts'
import type { Work } from '#bench/works.ts'

/** Neighbouring slices of both sides. */
export type Pair = { readonly ours: Measured; readonly theirs: Measured }

/** The head of the table whose rows `reportRow` makes. */
export const REPORT_HEAD = [
  '| work | against | times as many a second (quartiles) | at least | times as little CPU | requests/s, ours / theirs | CPU s per 100,000, ours / theirs | p50 / p99 ms, ours | MB, ours / theirs |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
].join('\n')

const both = (pairs: readonly Pair[], read: (measured: Measured) => number, digits: number): string =>
  [pairs.map((pair) => read(pair.ours)), pairs.map((pair) => read(pair.theirs))]
    .map((numbers) => median(numbers).toFixed(digits))
    .join(' / ')

// Of two values in the middle the sum of tenths is not one of tenths.
const rounded = (milliseconds: number): string => String(Number(milliseconds.toFixed(2)))

const verdict = (isMet: boolean): string => (isMet ? 'met' : 'missed')

/**
 * A comparison as a row of the table: the median of the ratios of neighbouring slices, its quartiles, and whether that reaches
 * what is wanted; then what lies behind it, as medians of either side.
 */
export const reportRow = (
  { name: work }: Pick<Work, 'name'>,
  { name, atLeast }: Pick<Work['against'][number], 'name' | 'atLeast'>,
  pairs: readonly Pair[],
): string => {
  const ratios = pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)
  const cpu = median(pairs.map(({ ours, theirs }) => theirs.cpuSecondsPer100k / ours.cpuSecondsPer100k))
  const [low, high] = spread(ratios)
  const ratio = median(ratios)
  const ours = (read: (measured: Measured) => number): number => median(pairs.map((pair) => read(pair.ours)))
  const cells = [
    work,
    name,
    `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    `${atLeast} ${verdict(ratio >= atLeast)}`,
    cpu.toFixed(2),
    both(pairs, ({ perSecond }) => perSecond, 0),
    both(pairs, ({ cpuSecondsPer100k }) => cpuSecondsPer100k, 2),
    [ours(({ p50 = Number.NaN }) => p50), ours(({ p99 = Number.NaN }) => p99)].map(rounded).join(' / '),
    both(pairs, ({ megabytes }) => megabytes, 0),
  ]
  return `| ${cells.join(' | ')} |`
}

const MEMORY_AT_MOST = 1.3

/** How many times as much of the machine's memory as theirs our process held, in the middle of these pairs. */
export const memoryTimes = (pairs: readonly Pair[]): number =>
  median(pairs.map(({ ours, theirs }) => ours.megabytes / theirs.megabytes))

/** The line about memory: the work whose process with all tokens held most, in times of the one with few. */
export const reportMemory = (timesByWork: ReadonlyMap<string, number>): string => {
  const [[name, most] = ['', Number.NaN]] = [...timesByWork].toSorted(([, one], [, other]) => other - one)
  const figures = `at most ${most.toFixed(2)} times (${name}); ${MEMORY_AT_MOST} ${verdict(most <= MEMORY_AT_MOST)}`
  return `Memory, of the same with few tokens: ${figures}`
}
