import { eq, isNull, sql } from 'drizzle-orm'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import type { Restore } from '#db/restore/read-restore.ts'
import type { RestartFeed } from '#db/restore/restart-feed.ts'
import { endChanged, endWhatMoves, revokeAll } from '#db/restore/restore-writes.ts'
import { auditWrite, changeWrite } from '#db/writes.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'

/** What becomes of what a restored database believes: what changed since ends, every token ends, or nothing does. */
export type RestoreChoice = 'replay' | 'revoke-all' | 'as-is'

/** An operator's word on a restored database. */
export type Acceptance = {
  readonly choice: RestoreChoice
  readonly restore: Restore
  /** The life that begins. */
  readonly incarnation: string
  readonly event: AuditEvent
  readonly restartFeed: RestartFeed
}

const beginLife = (
  tx: Transaction,
  { environment }: Connection['schema'],
  { restore, incarnation }: Acceptance,
): Write => ({
  label: 'life',
  rows: tx
    .update(environment)
    .set({ incarnation, rightsVersion: sql`${environment.rightsVersion} + 1` })
    .where(
      restore.incarnation === null ? isNull(environment.incarnation) : eq(environment.incarnation, restore.incarnation),
    )
    .returning({ id: environment.id }),
  expect: 1,
})

const chosenWrites = (tx: Transaction, schema: Connection['schema'], { choice, restore, event }: Acceptance) => {
  const ending = { at: event.at, event }
  if (choice === 'replay') return endChanged(tx, schema, restore.missing, ending)
  return choice === 'revoke-all' ? revokeAll(tx, schema, ending) : []
}

/**
 * Accepts a restored database, in one transaction: it begins another life, of which the witness is told by the commit itself,
 * and its feed goes on behind every number that was ever given out. Answers how many tokens ended. Throws WriteConflict
 * when somebody else accepted it meanwhile.
 */
export const acceptRestore = async (connection: Connection, acceptance: Acceptance): Promise<number> => {
  const { atomically, schema } = connection
  const { restore, event, restartFeed } = acceptance
  const written: Write[] = []
  const answered = await atomically((tx) => {
    written.splice(
      0,
      written.length,
      beginLife(tx, schema, acceptance),
      ...chosenWrites(tx, schema, acceptance),
      ...endWhatMoves(tx, schema, event.at),
      auditWrite(tx, schema, event),
      ...restartFeed(tx, schema, restore.through, event.at),
      changeWrite(tx, schema, { kind: 'keys', key: 'keys', at: event.at }),
    )
    return written
  })
  return answered.reduce((count, rows, index) => count + (written[index]?.label === 'tokens' ? rows.length : 0), 0)
}
