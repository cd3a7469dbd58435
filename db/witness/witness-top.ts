import { realFiles, type WitnessFiles } from '#db/witness/witness-files.ts'
import { listWitness, onSettledFolder, readWitnessFile, UnreadableWitness } from '#db/witness/witness-folder.ts'
import { readBatches, readHead, type WitnessContent, type WitnessRow } from '#db/witness/witness-text.ts'

/** The newest committed change of which a witness knows. */
export type WitnessTop = {
  readonly incarnation: string
  readonly seq: number
  /** Undefined where only its number is known. */
  readonly row: WitnessRow | undefined
}

const HEAD_BYTES = 1024
const TAIL_BYTES = 64 * 1024

const topOf = ({ head, batches }: WitnessContent): WitnessTop => {
  const row = batches.findLast(({ isCommitted }) => isCommitted)?.rows.at(-1)
  return { incarnation: head.incarnation, seq: row?.[0] ?? head.through, row }
}

const readPart = (files: WitnessFiles, descriptor: number, from: number, length: number): string => {
  const bytes = Buffer.alloc(length)
  return bytes.toString('utf8', 0, files.readSync(descriptor, bytes, 0, length, from))
}

// Numbers grow within a file: the end of it is enough, unless nothing of that is committed.
const topOfFile = (path: string, size: number, files: WitnessFiles): WitnessTop => {
  const descriptor = files.openSync(path, 'r')
  try {
    const head = readHead(readPart(files, descriptor, 0, HEAD_BYTES))
    if (!head) throw new UnreadableWitness(`${path} cannot be read`)
    const tail = readPart(files, descriptor, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)
    const batches = readBatches(tail)
    const isEnough = size <= TAIL_BYTES || batches.some(({ isCommitted }) => isCommitted)
    return topOf(isEnough ? { head, batches } : readWitnessFile(path, files))
  } finally {
    files.closeSync(descriptor)
  }
}

/**
 * Answers the top of a folder as it is now, undefined if there is none; files that did not change are not read again.
 * Throws UnreadableWitness, and what the disk throws.
 */
export const createWitnessTop = (folder: string, files: WitnessFiles = realFiles): (() => WitnessTop | undefined) => {
  let known = new Map<string, { readonly stamp: string; readonly top: WitnessTop }>()
  const look = (): readonly WitnessTop[] => {
    const now = new Map<string, { readonly stamp: string; readonly top: WitnessTop }>()
    for (const path of listWitness(folder, files)) {
      const { size, mtimeMs, ino } = files.statSync(path)
      const stamp = `${ino} ${size} ${mtimeMs}`
      const before = known.get(path)
      now.set(path, before?.stamp === stamp ? before : { stamp, top: topOfFile(path, size, files) })
    }
    known = now
    return [...now.values()].map(({ top }) => top)
  }
  return () =>
    onSettledFolder(look)
      .toSorted((one, other) => one.seq - other.seq)
      .at(-1)
}
