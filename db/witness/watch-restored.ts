import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { readSqliteFailure } from '#db/sqlite-errors.ts'
import { decideRestored, RESTORED_WORDS, type RestoredReason } from '#db/witness/decide-restored.ts'
import { createSqliteTop } from '#db/witness/sqlite-top.ts'
import { createWitnessTop } from '#db/witness/witness-top.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const LOOK_MS = 1000

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino

type Watched = { readonly client: Database.Database; readonly file: string; readonly witness: string }

/**
 * Answers a function that throws `store.restored` for as long as the database is not the one that its witness knows, and
 * `store.unavailable` when that cannot be told. It looks at once, then at most once a second.
 */
export const watchRestored = (
  { client, file, witness }: Watched,
  monotonic: () => number = () => performance.now(),
): (() => void) => {
  const top = createSqliteTop(client)
  const witnessTop = createWitnessTop(witness)
  const opened = inodeOf(file)
  let lookedAt = Number.NEGATIVE_INFINITY
  let found: PortalError | undefined
  const reasonNow = (): RestoredReason | undefined => {
    if (inodeOf(file) !== opened) return 'replaced'
    // First the witness: whatever it has seen is in the database by then.
    const seen = witnessTop()
    return decideRestored(top.read(seen?.seq ?? 0), seen)
  }
  const look = (): PortalError | undefined => {
    try {
      const reason = reasonNow()
      return reason && new PortalError('store.restored', { internal: `${RESTORED_WORDS[reason]} (${witness})` })
    } catch (thrown) {
      const internal = `the witness ${witness} or its database cannot be read: ${readSqliteFailure(thrown).internal}`
      return new PortalError('store.unavailable', { internal })
    }
  }
  return () => {
    const now = monotonic()
    if (now - lookedAt >= LOOK_MS) {
      found = look()
      lookedAt = now
    }
    if (found) throw found
  }
}
