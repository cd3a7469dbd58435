import { compactWitness } from '#db/witness/compact-witness.ts'
import { type WitnessFiles, writeWhole } from '#db/witness/witness-files.ts'
import { beginWitnessFile, listWitness, type NewWitnessFile } from '#db/witness/witness-folder.ts'
import type { IsInDatabase } from '#db/witness/witness-log.ts'
import { COMMITTED, type WitnessRow } from '#db/witness/witness-text.ts'

/** What a transaction is about to commit. */
export type Intent = {
  readonly incarnation: string
  readonly rows: readonly WitnessRow[]
  readonly isInDatabase: IsInDatabase
}

/** Where a process' witness lies. `now` answers a NumericDate. */
export type WitnessPlace = { readonly folder: string; readonly now: () => number; readonly files: WitnessFiles }

/** The file to which one process appends, made when it is needed. Throws what the disk throws. */
export type OwnFile = {
  /** Begins another one where the present one is of another life, large, or was moved. */
  makeReady(intent: Intent): void
  /** Appends a line, safe on the disk; answers where it begins. */
  append(text: string): number
  /** Says of the line there that it is committed. */
  mark(position: number): void
  /** Whether it is still what others find under its name. */
  isInPlace(): boolean
  /** Says nothing more in it. */
  drop(): void
}

const FILES_MAX = 16
const BYTES_MAX = 4 * 1024 * 1024

type OpenFile = NewWitnessFile & { readonly incarnation: string; readonly ino: number; size: number }

const begin = ({ folder, now, files }: WitnessPlace, { incarnation, rows, isInDatabase }: Intent): OpenFile => {
  if (listWitness(folder, files).length >= FILES_MAX) compactWitness(folder, isInDatabase, now(), files)
  const isFirst = listWitness(folder, files).length === 0
  // What these rows stand on says itself that it is committed; a number of a sequence may have been skipped.
  const head = { incarnation, through: 0, ...(isFirst ? { from: Math.min(...rows.map(([seq]) => seq)) - 1 } : {}) }
  const begun = beginWitnessFile(folder, head, '', files)
  return { ...begun, incarnation, ino: files.fstatSync(begun.descriptor).ino }
}

const inodeAt = (path: string, files: WitnessFiles): number | undefined => {
  try {
    return files.statSync(path).ino
  } catch {
    return undefined
  }
}

/** No file yet. */
export const createOwnFile = (place: WitnessPlace): OwnFile => {
  const { files } = place
  let open: OpenFile | undefined
  const opened = (): OpenFile => {
    if (!open) throw new Error('no file of the witness is open')
    return open
  }
  const isInPlace = (): boolean => open !== undefined && inodeAt(open.path, files) === open.ino
  const drop = (): void => {
    if (open) files.closeSync(open.descriptor)
    open = undefined
  }
  return {
    isInPlace,
    drop,
    makeReady: (intent) => {
      if (open?.incarnation === intent.incarnation && open.size < BYTES_MAX && isInPlace()) return
      drop()
      open = begin(place, intent)
    },
    append: (text) => {
      const file = opened()
      const position = file.size
      file.size += writeWhole(files, file.descriptor, text, position)
      files.fdatasyncSync(file.descriptor)
      return position
    },
    mark: (position) => {
      const { descriptor } = opened()
      writeWhole(files, descriptor, COMMITTED, position)
      files.fdatasyncSync(descriptor)
    },
  }
}
