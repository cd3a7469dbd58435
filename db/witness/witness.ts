import { createOwnFile, type Intent } from '#db/witness/own-file.ts'
import { realFiles, type WitnessFiles } from '#db/witness/witness-files.ts'
import { batchText, COMMITTED, type WitnessRow } from '#db/witness/witness-text.ts'

/**
 * Remembers, outside the database and its backups, which changes were committed. Both are synchronous and throw what the
 * disk throws.
 */
export type Witness = {
  /** Makes the rows safe on the disk, as what is about to be committed: within the transaction that holds the write lock. */
  intend(intent: Intent): void
  /** Says that they are committed, and makes that safe: before anybody is answered. */
  settle(): void
  close(): void
}

/**
 * The witness of one process in a folder that several share: each appends to a file of its own, and begins another when
 * that one is large, was moved, or could not be written. `now` in NumericDate.
 */
export const openWitness = (
  folder: string,
  now: () => number = () => Math.floor(Date.now() / 1000),
  files: WitnessFiles = realFiles,
): Witness => {
  const own = createOwnFile({ folder, now, files })
  let pending: { readonly intent: Intent; readonly position: number } | undefined
  // Committed rows of which the folder does not say so yet.
  let owed: readonly WitnessRow[] = []

  // Whatever of it failed, nothing is said any more in that file.
  const orDrop = (work: () => void): void => {
    try {
      work()
    } catch (thrown) {
      own.drop()
      throw thrown
    }
  }
  const payDebt = (intent: Intent): void => {
    if (owed.length === 0) return
    own.makeReady({ ...intent, rows: owed })
    own.append(batchText(owed, COMMITTED))
    owed = []
  }
  return {
    intend: (intent) =>
      orDrop(() => {
        pending = undefined
        payDebt(intent)
        own.makeReady(intent)
        pending = { intent, position: own.append(batchText(intent.rows)) }
      }),
    settle: () => {
      if (!pending) return
      const { intent, position } = pending
      owed = [...owed, ...intent.rows]
      pending = undefined
      orDrop(() => {
        if (own.isInPlace()) own.mark(position)
        // Moved before it was said or while it was: whoever read it may have read it before.
        if (own.isInPlace()) owed = []
        payDebt(intent)
      })
    },
    close: own.drop,
  }
}
