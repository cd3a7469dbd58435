import { describe, expect, it } from 'vitest'
import type { Measured } from '#bench/measure.ts'
import { memoryTimes, type Pair, REPORT_HEAD, reportMemory, reportRow } from '#bench/report.ts'

const measured = (perSecond: number, differing: Partial<Measured> = {}): Measured => ({
  perSecond,
  cpuSecondsPer100k: 10,
  p50: 1,
  p99: 4,
  megabytes: 100,
  ...differing,
})
const pair = (ours: number, theirs: number, differing: Partial<Measured> = {}): Pair => ({
  ours: measured(ours, differing),
  theirs: measured(theirs),
})
const cells = (pairs: readonly Pair[], atLeast = 1) =>
  reportRow({ name: 'exchange' }, { name: 'a peer', atLeast }, pairs)
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

describe('a row', () => {
  it('has a cell under each head', () => {
    const [head = '', line = ''] = REPORT_HEAD.split('\n')
    for (const row of [head, line]) expect(row.split('|')).toHaveLength(cells([pair(1, 1)]).length + 2)
  })

  it('tells the median of the ratios of neighbours, not the ratio of the medians', () => {
    // The machine was twice as fast for one pair, and half as fast for our side of another.
    const pairs = [pair(300, 100), pair(600, 200), pair(90, 100)]
    expect(cells(pairs)[2]).toBe('3.00 (3.00 to 3.00)')
    expect(cells(pairs)[5]).toBe('300 / 100')
    expect(cells([pair(100, 100), pair(200, 100), pair(300, 100), pair(400, 100)])[2]).toBe('2.50 (2.00 to 3.00)')
  })

  it.each([
    [1.5, '1.5 met'],
    [1.51, '1.51 missed'],
  ])('says of %d times, wanted of half as many again, whether that is met', (atLeast, said) => {
    expect(cells([pair(150, 100)], atLeast)[3]).toBe(said)
  })

  it('tells how many times as little CPU ours took, and the times within our slices', () => {
    const found = cells([pair(1, 1, { cpuSecondsPer100k: 4, p50: 0.25, p99: 1.125 })])
    expect([found[4], found[6], found[7]]).toEqual(['2.50', '4.00 / 10.00', '0.25 / 1.13'])
  })

  it('has no times within slices that nobody asked over HTTP for', () => {
    expect(cells([pair(1, 1, { p50: undefined, p99: undefined })])[7]).toBe('NaN / NaN')
  })
})

describe('the line about memory', () => {
  const held = (...megabytes: readonly number[]) =>
    memoryTimes(megabytes.map((held) => pair(1, 1, { megabytes: held })))

  it('tells of the work that held most, in the middle of its pairs', () => {
    const line = reportMemory(
      new Map([
        ['warm', held(100, 110, 300)],
        ['cold', held(90, 120, 130)],
      ]),
    )
    expect(line).toBe('Memory, of the same with few tokens: at most 1.20 times (cold); 1.3 met')
  })

  it('says where it is too much', () => {
    expect(reportMemory(new Map([['warm', held(131)]]))).toContain('1.31 times (warm); 1.3 missed')
  })
})
