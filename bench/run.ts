import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Child, startChild } from '#bench/child.ts'
import { measurePairs, type Pace } from '#bench/measure-pairs.ts'
import { memoryTimes, REPORT_HEAD, reportMemory, reportRow } from '#bench/report.ts'
import { type Side, type Work, worksWith } from '#bench/works.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '15' },
    tokens: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
  },
})
const count = z.coerce.number().int().positive()
const { pairs, tokens, only } = z.object({ pairs: count, tokens: count, only: z.string() }).parse(values)

const PACE: Pace = {
  pairs,
  // Of two processes that run the same code over the same data one is up to an eighth faster, for as long as it lives.
  processes: 3,
  // Both are compiled while they run, for some ten seconds of each kind of request, most of it in the first.
  warmUpMs: 6000,
  // A shared machine swings by a factor of eight within a minute: both sides take turns in slices of a second, and only
  // ratios of neighbours count.
  sliceMs: 1000,
}
// A slice of credentials that were never seen uses up some thousands of them.
const COLD_PER_SLICE = 8000
const slices = pairs + (PACE.processes * PACE.warmUpMs) / PACE.sliceMs
const works = worksWith(tokens, slices * COLD_PER_SLICE).filter(({ name }) => name.includes(only))
if (works.length === 0) throw new Error(`no work has "${only}" in its name`)

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
const startSide = ({ server }: Side): Promise<Child> => startChild(...server, folderOf(server))

const timesByWork = new Map<string, number>()

const measureWork = async (load: Child, work: Work): Promise<void> => {
  for (const against of work.against) {
    const measured = await measurePairs(startSide, { load, ours: work.ours, theirs: against.side }, PACE)
    console.log(reportRow(work, against, measured))
    if (against.isOurs) timesByWork.set(work.name, memoryTimes(measured))
  }
}

const load = await startChild('./peers/load.ts')
try {
  console.log(REPORT_HEAD)
  for (const work of works) await measureWork(load, work)
  if (timesByWork.size > 0) console.log(`\n${reportMemory(timesByWork)}`)
} finally {
  await load.stop()
  rmSync(folders, { recursive: true, force: true })
}
