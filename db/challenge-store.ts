import { and, eq, gt, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { Schema } from '#db/schema.ts'
import { auditWrite } from '#db/writes.ts'
import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import { CHALLENGE_FAILURES_MAX, type MailChallenge } from '#lib/sign-in/mail-challenge.ts'

type Row = Schema['mailChallenges']['$inferSelect']

const toChallenge = ({ usedAt: _used, ...row }: Row): MailChallenge => row

const alive = ({ mailChallenges }: Schema, now: number): SQL | undefined =>
  and(
    isNull(mailChallenges.usedAt),
    gt(mailChallenges.expiresAt, now),
    lt(mailChallenges.failures, CHALLENGE_FAILURES_MAX),
  )

const tryCode = async (
  { atomically, schema }: Connection,
  { browserDigests, purpose, now, event }: Parameters<ChallengeStore['tryCode']>[0],
): Promise<MailChallenge | undefined> => {
  const { mailChallenges } = schema
  const [[row] = []] = await atomically((tx) => [
    {
      label: 'try',
      rows: tx
        .update(mailChallenges)
        .set({ failures: sql`${mailChallenges.failures} + 1` })
        .where(
          and(
            inArray(mailChallenges.browserDigest, [...browserDigests]),
            eq(mailChallenges.purpose, purpose),
            alive(schema, now),
          ),
        )
        .returning(),
      expect: 'any',
    },
    auditWrite(tx, schema, event),
  ])
  // The rows are those of the update above.
  return row === undefined ? undefined : toChallenge(row as Row)
}

/** Mailed links and codes in SQL. */
export const createChallengeStore = (connection: Connection): ChallengeStore => {
  const { queries, read, atomically, schema } = connection
  const { mailChallenges } = schema
  return {
    create: async (challenge) => {
      await atomically((tx) => [
        { label: 'challenge', rows: tx.insert(mailChallenges).values(challenge).returning(), expect: 1 },
      ])
    },
    byLink: async (linkDigests, now) => {
      const [row] = await read(
        queries
          .select()
          .from(mailChallenges)
          .where(and(inArray(mailChallenges.linkDigest, [...linkDigests]), alive(schema, now))),
      )
      return row && toChallenge(row)
    },
    tryCode: (attempt) => tryCode(connection, attempt),
    purge: (before) =>
      purgeInSteps({ atomically }, 'old challenges', (tx, limit) => {
        const { id, expiresAt } = mailChallenges
        const old = tx.select({ id }).from(mailChallenges).where(lt(expiresAt, before)).limit(limit)
        return tx.delete(mailChallenges).where(inArray(id, old)).returning({ id })
      }),
  }
}
