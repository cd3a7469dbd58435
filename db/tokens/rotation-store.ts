import { and, asc, desc, eq, exists, gt, gte, inArray, isNull, lte, notExists, or, type SQL } from 'drizzle-orm'
import { wasTold } from '#db/audit-rows.ts'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { rotatedWrite, tokenChange } from '#db/tokens/token-writes.ts'
import { atomicallyGuarded, auditWrite, guardRights, RIGHTS } from '#db/writes.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { Replaced } from '#lib/tokens/overlap.ts'
import { dayOf, retiredUseId } from '#lib/tokens/retired-use.ts'
import type {
  EndedCredential,
  LostKey,
  MovedEnd,
  OverlapPlace,
  RetiredUse,
  RotationStep,
  RotationStore,
  SilentRotation,
} from '#lib/tokens/rotation-store.ts'
import type { LastUse, TokenChange } from '#lib/tokens/token-store.ts'

type OfToken = { readonly tenantId: string; readonly id: string }

const findUses = async (
  { queries, read, schema: { credentialUse } }: Connection,
  tenantId: string,
  tokenId: string,
): Promise<ReadonlyMap<string, LastUse>> => {
  const rows = await read(
    queries
      .select()
      .from(credentialUse)
      .where(and(eq(credentialUse.tenantId, tenantId), eq(credentialUse.tokenId, tokenId))),
  )
  return new Map(rows.map(({ credentialId, lastUsedAt: at, address, agent }) => [credentialId, { at, address, agent }]))
}

const findReplaced = async (
  { queries, read, schema: { auditEvents } }: Connection,
  tenantId: string,
  credentialId: string,
): Promise<Replaced | undefined> => {
  const [row] = await read(
    queries
      .select({ details: auditEvents.details })
      .from(auditEvents)
      .where(
        and(
          eq(auditEvents.tenantId, tenantId),
          eq(auditEvents.id, credentialId),
          eq(auditEvents.type, 'token.rotated'),
        ),
      ),
  )
  return row && (JSON.parse(row.details) as { readonly replaced?: Replaced }).replaced
}

const TOLD_DAYS = 30
const ENDED_MAX = 10

// By their ids, which follow from credential and day: a busy token has far too many events to look through.
const possibleIds = (ended: readonly EndedCredential[], now: number): readonly string[] =>
  ended.slice(0, ENDED_MAX).flatMap(({ id, endedAt }) => {
    const first = Math.max(dayOf(endedAt), dayOf(now) - TOLD_DAYS * DAY_SECONDS)
    const days = Math.max(0, Math.floor((dayOf(now) - first) / DAY_SECONDS) + 1)
    return Array.from({ length: days }, (_, index) => retiredUseId(id, first + index * DAY_SECONDS))
  })

type RetiredDetails = Pick<RetiredUse, 'credentialId' | 'endedAt' | 'address' | 'agent'>

const findRetiredUse = async (
  { queries, read, schema: { auditEvents } }: Connection,
  tenantId: string,
  ended: readonly EndedCredential[],
  now: number,
): Promise<RetiredUse | undefined> => {
  if (ended.length === 0) return undefined
  const [row] = await read(
    queries
      .select({ at: auditEvents.at, details: auditEvents.details })
      .from(auditEvents)
      .where(and(eq(auditEvents.tenantId, tenantId), inArray(auditEvents.id, [...possibleIds(ended, now)])))
      .orderBy(desc(auditEvents.at))
      .limit(1),
  )
  if (!row) return undefined
  const { credentialId, endedAt, address, agent } = JSON.parse(row.details) as RetiredDetails
  return { at: row.at, credentialId, endedAt, address, agent }
}

const findLostKey = async (
  { queries, read, schema: { credentials, signingKeys } }: Connection,
  tenantId: string,
  tokenId: string,
  credentialId: string,
): Promise<LostKey | undefined> => {
  const [row] = await read(
    queries
      .select({ kid: signingKeys.kid, at: signingKeys.compromisedAt })
      .from(credentials)
      .innerJoin(signingKeys, eq(signingKeys.kid, credentials.kid))
      .where(
        and(eq(credentials.tenantId, tenantId), eq(credentials.tokenId, tokenId), eq(credentials.id, credentialId)),
      ),
  )
  return row && row.at !== null ? { kid: row.kid, at: row.at } : undefined
}

// Tokens are changed elsewhere under their version; an end that is not what was read is decided on again as well.
const moveWrite = (
  tx: Transaction,
  { credentials }: Schema,
  { tenantId, id: tokenId }: OfToken,
  { credentialId, was, endsAt }: MovedEnd,
  more?: SQL,
): Write => ({
  label: RIGHTS,
  rows: tx
    .update(credentials)
    .set({ endsAt })
    .where(
      and(
        eq(credentials.tenantId, tenantId),
        eq(credentials.tokenId, tokenId),
        eq(credentials.id, credentialId),
        was === null ? isNull(credentials.endsAt) : eq(credentials.endsAt, was),
        more,
      ),
    )
    .returning({ id: credentials.id }),
  expect: 1,
})

const stepWrites = (
  tx: Transaction,
  schema: Schema,
  { token, ends }: RotationStep,
  { versions, event }: TokenChange,
) => [
  ...guardRights(tx, schema, versions),
  rotatedWrite(tx, schema, token),
  ...ends.map((end) => moveWrite(tx, schema, token, end)),
  auditWrite(tx, schema, event),
  tokenChange(tx, schema, token, event.at),
]

const usedSince = (
  tx: Transaction,
  { credentialUse }: Schema,
  { tenantId, id: tokenId }: OfToken,
  credentialId: string,
  since: number,
) =>
  tx
    .select({ id: credentialUse.credentialId })
    .from(credentialUse)
    .where(
      and(
        eq(credentialUse.tenantId, tenantId),
        eq(credentialUse.tokenId, tokenId),
        eq(credentialUse.credentialId, credentialId),
        gt(credentialUse.lastUsedAt, since),
      ),
    )

const silentWrites = (
  tx: Transaction,
  schema: Schema,
  { token, current, former, silentSince }: SilentRotation,
  event: AuditEvent,
) => {
  const end = { credentialId: former.id, was: former.endsAt, endsAt: event.at }
  const stillSilent = and(
    exists(usedSince(tx, schema, token, current.id, silentSince)),
    notExists(usedSince(tx, schema, token, former.id, silentSince)),
  )
  return [
    rotatedWrite(tx, schema, token),
    moveWrite(tx, schema, token, end, stillSilent),
    auditWrite(tx, schema, event),
    tokenChange(tx, schema, token, event.at),
  ]
}

const listOverlaps = async (
  { queries, read, schema: { credentials, credentialUse } }: Connection,
  { now, silentSince, limit }: Parameters<RotationStore['overlaps']>[0],
  after: OverlapPlace | undefined,
): Promise<readonly OverlapPlace[]> =>
  read(
    queries
      .select({ tenantId: credentials.tenantId, tokenId: credentials.tokenId, credentialId: credentials.id })
      .from(credentials)
      .leftJoin(
        credentialUse,
        and(
          eq(credentialUse.tenantId, credentials.tenantId),
          eq(credentialUse.tokenId, credentials.tokenId),
          eq(credentialUse.credentialId, credentials.id),
        ),
      )
      .where(
        and(
          gt(credentials.endsAt, now),
          or(isNull(credentialUse.lastUsedAt), lte(credentialUse.lastUsedAt, silentSince)),
          after &&
            and(
              gte(credentials.tenantId, after.tenantId),
              or(gt(credentials.tenantId, after.tenantId), gt(credentials.id, after.credentialId)),
            ),
        ),
      )
      .orderBy(asc(credentials.tenantId), asc(credentials.id))
      .limit(limit),
  )

const listUsedDays = async (
  { queries, read, schema: { tokenUse } }: Connection,
  tenantId: string,
  tokenId: string,
  span: { readonly since: number; readonly until: number },
): Promise<readonly number[]> => {
  const rows = await read(
    queries
      .select({ day: tokenUse.day })
      .from(tokenUse)
      .where(
        and(
          eq(tokenUse.tenantId, tenantId),
          eq(tokenUse.tokenId, tokenId),
          eq(tokenUse.outcome, 'accepted'),
          gte(tokenUse.day, dayOf(span.since)),
          lte(tokenUse.day, span.until),
        ),
      )
      // A row for each permission that was asked for.
      .groupBy(tokenUse.day)
      .orderBy(asc(tokenUse.day)),
  )
  return rows.map(({ day }) => day)
}

const findResumed = async (
  { queries, read, schema: { auditEvents } }: Connection,
  tenantId: string,
  tokenId: string,
  since: number,
): Promise<boolean> => {
  const rows = await read(
    queries
      .select({ id: auditEvents.id })
      .from(auditEvents)
      .where(
        and(
          eq(auditEvents.tenantId, tenantId),
          eq(auditEvents.targetId, tokenId),
          gte(auditEvents.at, since),
          eq(auditEvents.type, 'token.resumed'),
          wasTold({ auditEvents }),
        ),
      )
      .limit(1),
  )
  return rows.length > 0
}

/** Rotations under way, in SQL; the contract stands at RotationStore. */
export const createRotationStore = (connection: Connection): RotationStore => {
  const { atomically, schema } = connection
  return {
    uses: (tenantId, tokenId) => findUses(connection, tenantId, tokenId),
    replaced: (tenantId, credentialId) => findReplaced(connection, tenantId, credentialId),
    retiredUse: (tenantId, ended, now) => findRetiredUse(connection, tenantId, ended, now),
    lostKey: (tenantId, tokenId, credentialId) => findLostKey(connection, tenantId, tokenId, credentialId),
    move: async (step, change) => {
      await atomicallyGuarded(connection, (tx) => stepWrites(tx, schema, step, change))
    },
    finishSilent: async (rotation, event) => {
      try {
        await atomically((tx) => silentWrites(tx, schema, rotation, event))
        return true
      } catch (thrown) {
        if (thrown instanceof WriteConflict && thrown.label === RIGHTS) return false
        throw thrown
      }
    },
    overlaps: (asked, after) => listOverlaps(connection, asked, after),
    usedDays: (tenantId, tokenId, since, until) => listUsedDays(connection, tenantId, tokenId, { since, until }),
    wasResumed: (tenantId, tokenId, since) => findResumed(connection, tenantId, tokenId, since),
  }
}
