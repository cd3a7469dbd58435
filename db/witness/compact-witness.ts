import { realFiles, type WitnessFiles } from '#db/witness/witness-files.ts'
import { beginWitnessFile, listWitness, onSettledFolder, readWitnessFile } from '#db/witness/witness-folder.ts'
import { type IsInDatabase, mergeWitness, type WitnessLog } from '#db/witness/witness-log.ts'
import { batchText, COMMITTED, type WitnessHead, type WitnessRow } from '#db/witness/witness-text.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

/** For how long changes are kept that a restored database may lack: longer than backups usually are. */
export const WITNESS_KEPT_SECONDS = 400 * DAY_SECONDS

const ROWS_PER_LINE = 100

// The newest change stays, however old: by it a database is recognised.
const withoutOld = (log: WitnessLog, before: number): WitnessLog => {
  const isKept = ([, , , at]: WitnessRow, index: number): boolean => at > before || index === log.rows.length - 1
  const kept = log.rows.filter(isKept)
  const gone = log.rows.findLast((row, index) => !isKept(row, index))
  if (!gone || log.from === undefined) return { ...log, rows: kept }
  return { ...log, rows: kept, from: Math.max(log.from, gone[0]) }
}

const linesOf = ({ rows }: WitnessLog): string =>
  Array.from({ length: Math.ceil(rows.length / ROWS_PER_LINE) }, (_, line) =>
    batchText(rows.slice(line * ROWS_PER_LINE, (line + 1) * ROWS_PER_LINE), COMMITTED),
  ).join('')

const headOf = ({ incarnation, through, from }: WitnessLog): WitnessHead => ({
  incarnation,
  through,
  ...(from === undefined ? {} : { from }),
})

const moveAside = (path: string, files: WitnessFiles): void => {
  try {
    files.renameSync(path, path.replace('.lines', '.merging'))
  } catch (thrown) {
    // Another process was first, or whoever had it is done with it.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
  }
}

/**
 * Makes one file of all, with the newest change of each key. Whoever appends to one of them finds it moved, and says again
 * in another file what it had said last. Nothing is deleted before all of it is safe elsewhere.
 */
export const compactWitness = (
  folder: string,
  isInDatabase: IsInDatabase,
  now: number,
  files: WitnessFiles = realFiles,
): void => {
  for (const path of listWitness(folder, files)) moveAside(path, files)
  const merged = listWitness(folder, files).filter((path) => path.endsWith('.merging'))
  const contents = onSettledFolder(() =>
    merged.filter((path) => files.existsSync(path)).map((path) => readWitnessFile(path, files)),
  )
  const log = mergeWitness(contents, isInDatabase)
  if (!log) return
  const kept = withoutOld(log, now - WITNESS_KEPT_SECONDS)
  files.closeSync(beginWitnessFile(folder, headOf(kept), linesOf(kept), files).descriptor)
  for (const path of merged) files.rmSync(path, { force: true })
}
