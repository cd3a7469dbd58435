import { createHash } from 'node:crypto'
import { lt, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { ReplayStore } from '#lib/oauth/replay-store.ts'

// Nothing here is secret; a digest bounds what a client makes us keep.
const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Ids that count once, in SQL: one statement takes an id, so that two processes never both do. */
export const createReplayStore = ({ atomically, schema: { replayIds } }: Connection): ReplayStore => ({
  use: async ({ tenantId, kind, text, expiresAt }) => {
    const [rows] = await atomically((tx) => [
      {
        label: 'replay id',
        rows: tx
          .insert(replayIds)
          .values({ tenantId, kind, digest: digestOf(text), expiresAt })
          .onConflictDoNothing()
          .returning({ digest: replayIds.digest }),
        expect: 'any',
      },
    ])
    return rows?.length === 1
  },
  purge: (before) =>
    purgeInSteps({ atomically }, 'old replay ids', (tx, limit) => {
      const { tenantId, kind, digest, expiresAt } = replayIds
      const old = tx.select({ tenantId, kind, digest }).from(replayIds).where(lt(expiresAt, before)).limit(limit)
      return tx.delete(replayIds).where(sql`(${tenantId}, ${kind}, ${digest}) in ${old}`).returning({ kind })
    }),
})
