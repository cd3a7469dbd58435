import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or } from 'drizzle-orm'
import { type Connection, UniqueConflict } from '#db/connection.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { OutgoingMail, OutgoingMailStore } from '#lib/notices/outgoing-mail.ts'

// A row binds seven values, and SQLite takes 32,766 in a statement.
const ROWS_MAX = 1000

const slicesOf = <Row>(rows: readonly Row[]): readonly (readonly Row[])[] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_MAX) }, (_, index) =>
    rows.slice(index * ROWS_MAX, (index + 1) * ROWS_MAX),
  )

const decided = async ({ queries, read, schema: { outgoingMails } }: Connection, ids: readonly string[]) => {
  const found = new Set<string>()
  for (const slice of slicesOf(ids)) {
    const rows = await read(
      queries
        .select({ id: outgoingMails.id })
        .from(outgoingMails)
        .where(inArray(outgoingMails.id, [...slice])),
    )
    for (const { id } of rows) found.add(id)
  }
  return found
}

const add = async ({ atomically, schema: { outgoingMails } }: Connection, mails: readonly OutgoingMail[]) => {
  try {
    await atomically((tx) =>
      slicesOf(mails).map((slice) => ({
        label: 'mails',
        rows: tx
          .insert(outgoingMails)
          .values(slice.map((mail) => ({ ...mail, nextAttemptAt: mail.createdAt })))
          .returning({ id: outgoingMails.id }),
        expect: slice.length,
      })),
    )
  } catch (thrown) {
    if (thrown instanceof UniqueConflict) throw new StaleDecision('a mail was decided on')
    throw thrown
  }
}

const waiting = ({ queries, read, schema: { outgoingMails } }: Connection, now: number, limit: number) => {
  const { id, address, subject, body, createdAt, attempts, nextAttemptAt, sentAt, givenUpAt } = outgoingMails
  return read(
    queries
      .select({ id, address, subject, body, createdAt, attempts })
      .from(outgoingMails)
      .where(and(lte(nextAttemptAt, now), isNull(sentAt), isNull(givenUpAt)))
      .orderBy(asc(nextAttemptAt))
      .limit(limit),
  )
}

/** Mails that were decided on, in SQL; the contract stands at OutgoingMailStore. */
export const createOutgoingMailStore = (connection: Connection): OutgoingMailStore => {
  const { atomically, schema } = connection
  const { outgoingMails } = schema
  const unsettled = and(isNull(outgoingMails.sentAt), isNull(outgoingMails.givenUpAt))
  return {
    decided: (ids) => decided(connection, ids),
    add: (mails) => add(connection, mails),
    waiting: (now, limit) => waiting(connection, now, limit),
    claim: async ({ id, attempts }, nextAttemptAt) => {
      const [rows] = await atomically((tx) => [
        {
          label: 'claim',
          rows: tx
            .update(outgoingMails)
            .set({ attempts: attempts + 1, nextAttemptAt })
            .where(and(eq(outgoingMails.id, id), eq(outgoingMails.attempts, attempts), unsettled))
            .returning({ id: outgoingMails.id }),
          expect: 'any',
        },
      ])
      return rows?.length === 1
    },
    settle: async (id, as, at) => {
      await atomically((tx) => [
        {
          label: 'settled',
          rows: tx
            .update(outgoingMails)
            .set(as === 'sent' ? { sentAt: at } : { givenUpAt: at })
            .where(and(eq(outgoingMails.id, id), unsettled))
            .returning({ id: outgoingMails.id }),
          expect: 'any',
        },
      ])
    },
    purge: (before) =>
      purgeInSteps(connection, 'old mails', (tx, limit) => {
        const { id, createdAt, sentAt, givenUpAt } = outgoingMails
        const settled = or(isNotNull(sentAt), isNotNull(givenUpAt))
        const old = tx
          .select({ id })
          .from(outgoingMails)
          .where(and(lt(createdAt, before), settled))
          .limit(limit)
        return tx.delete(outgoingMails).where(inArray(id, old)).returning({ id })
      }),
  }
}
