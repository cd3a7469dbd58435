import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { realFiles, syncFolder, type WitnessFiles, writeWhole } from '#db/witness/witness-files.ts'
import { headText, readBatches, readHead, type WitnessContent, type WitnessHead } from '#db/witness/witness-text.ts'

/** What counts in a folder; other names are files that were never finished. */
const COUNTS = /\.(?:lines|merging)$/

const RETRIES_MAX = 100

/** Where the witness of a SQLite database lies unless somebody says otherwise: a folder beside it. */
export const witnessBeside = (file: string): string => `${file}.witness`

/** A file of the folder that cannot be understood. */
export class UnreadableWitness extends Error {
  override readonly name = 'UnreadableWitness'
}

/** The paths of a folder's files; none if there is no folder. */
export const listWitness = (folder: string, files: WitnessFiles = realFiles): readonly string[] =>
  files.existsSync(folder)
    ? files
        .readdirSync(folder)
        .filter((name) => COUNTS.test(name))
        .map((name) => join(folder, name))
        .sort()
    : []

/** Whether a file went while it was read: another process has put its lines elsewhere. */
const isGone = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'

/** Runs work on the folder as it is at one moment, again if files went meanwhile. */
export const onSettledFolder = <Result>(work: () => Result): Result => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return work()
    } catch (thrown) {
      if (!isGone(thrown) || attempt === RETRIES_MAX) throw thrown
    }
  }
}

/** Reads one file whole. Throws UnreadableWitness. */
export const readWitnessFile = (path: string, files: WitnessFiles = realFiles): WitnessContent => {
  const text = files.readFileSync(path, 'utf8')
  const head = readHead(text)
  if (!head) throw new UnreadableWitness(`${path} cannot be read`)
  return { head, batches: readBatches(text) }
}

/** Reads the whole witness; nothing if there is none. */
export const readWitness = (folder: string, files: WitnessFiles = realFiles): readonly WitnessContent[] =>
  onSettledFolder(() => listWitness(folder, files).map((path) => readWitnessFile(path, files)))

/** A file that was just begun, open for writing. */
export type NewWitnessFile = { readonly path: string; readonly descriptor: number; readonly size: number }

/**
 * Begins a file, readable by its owner alone, with what shall stand in it. It has its name only once it is safe on the
 * disk. Throws what the disk throws, and then leaves nothing.
 */
export const beginWitnessFile = (
  folder: string,
  head: WitnessHead,
  lines: string,
  files: WitnessFiles = realFiles,
): NewWitnessFile => {
  files.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unfinished = join(folder, `${randomUUID()}.unfinished`)
  const path = unfinished.replace('.unfinished', '.lines')
  const descriptor = files.openSync(unfinished, 'wx+', 0o600)
  try {
    const size = writeWhole(files, descriptor, headText(head) + lines, 0)
    files.fsyncSync(descriptor)
    files.renameSync(unfinished, path)
    syncFolder(files, folder)
    return { path, descriptor, size }
  } catch (thrown) {
    files.closeSync(descriptor)
    files.rmSync(unfinished, { force: true })
    throw thrown
  }
}
