import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, min, or, sql } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { changeWrite, RIGHTS } from '#db/writes.ts'
import { BEARER_LIFETIME_SECONDS_MAX } from '#lib/keys/key-times.ts'
import type { DecidedToken, NewRefresh } from '#lib/oauth/oauth-store.ts'
import {
  ACTIVE_REFRESH_TOKENS_MAX,
  type Family,
  REFRESH_LIFETIME_SECONDS,
  RETRY_WINDOW_SECONDS,
  type StoredRefresh,
} from '#lib/oauth/refresh-token.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

/** Label of the write that uses a refresh token up; its mismatch means that another request was first. */
export const REFRESH = 'refresh token'

const FORGET_ROWS = 10

const ofToken = ({ refreshTokens }: Schema, token: Pick<DecidedToken, 'tenantId' | 'id'>) =>
  and(eq(refreshTokens.tenantId, token.tenantId), eq(refreshTokens.tokenId, token.id))

const active = ({ refreshTokens }: Schema) => and(isNull(refreshTokens.usedAt), isNull(refreshTokens.endedAt))

const asDecided = ({ tokens }: Pick<Schema, 'tokens'>, token: DecidedToken) =>
  and(
    eq(tokens.tenantId, token.tenantId),
    eq(tokens.id, token.id),
    eq(tokens.version, token.version),
    isNull(tokens.revokedAt),
    isNull(tokens.pausedAt),
  )

/** Takes the next sequence of a token and locks it for the rest of the list; a guard that the token is as decided on. */
export const nextSequence = (tx: Transaction, { tokens }: Schema, token: DecidedToken): Write => ({
  label: RIGHTS,
  rows: tx
    .update(tokens)
    .set({ refreshSeq: sql`${tokens.refreshSeq} + 1` })
    .where(asDecided({ tokens }, token))
    .returning({ id: tokens.id }),
  expect: 1,
})

/** Re-checks that a token is as decided on, and keeps it so for the rest of the list. */
export const guardToken = (tx: Transaction, { tokens }: Schema, token: DecidedToken): Write => ({
  label: RIGHTS,
  rows: tx.share(tx.select({ id: tokens.id }).from(tokens).where(asDecided({ tokens }, token))),
  expect: 1,
})

/** Locks a token for the rest of the list and changes nothing. */
export const lockToken = (tx: Transaction, { tokens }: Schema, { tenantId, tokenId }: Family): Write => ({
  label: 'lock',
  rows: tx
    .update(tokens)
    .set({ refreshSeq: sql`${tokens.refreshSeq}` })
    .where(and(eq(tokens.tenantId, tenantId), eq(tokens.id, tokenId)))
    .returning({ id: tokens.id }),
  expect: 1,
})

const addRefresh = (
  tx: Transaction,
  { refreshTokens, tokens }: Schema,
  token: DecidedToken,
  refresh: NewRefresh & { readonly predecessorSequence: number | null },
): Write => ({
  label: 'new refresh token',
  rows: tx
    .insert(refreshTokens)
    .values({
      tenantId: token.tenantId,
      tokenId: token.id,
      // What `nextSequence` has just taken.
      sequence: sql`(select ${tokens.refreshSeq} from ${tokens} where ${tokens.tenantId} = ${token.tenantId} and ${tokens.id} = ${token.id})`,
      ...refresh,
    })
    .returning({ sequence: refreshTokens.sequence }),
  expect: 1,
})

const evictOldest = (tx: Transaction, schema: Schema, token: DecidedToken, at: number): Write => {
  const { refreshTokens } = schema
  const newest = tx
    .select({ sequence: refreshTokens.sequence })
    .from(refreshTokens)
    .where(and(ofToken(schema, token), active(schema)))
    .orderBy(desc(refreshTokens.sequence))
    .limit(ACTIVE_REFRESH_TOKENS_MAX)
    .as('newest')
  return {
    label: 'evicted',
    rows: tx
      .update(refreshTokens)
      .set({ endedAt: at, endedReason: 'evicted' })
      .where(
        and(
          ofToken(schema, token),
          active(schema),
          lt(refreshTokens.sequence, tx.select({ sequence: min(newest.sequence) }).from(newest)),
        ),
      )
      .returning({ sequence: refreshTokens.sequence }),
    expect: 'any',
  }
}

// Each list adds one row and forgets up to ten that nobody can use any more: what a busy client leaves stays bounded.
const forgetExpired = (tx: Transaction, schema: Schema, token: DecidedToken, at: number): Write => {
  const { refreshTokens } = schema
  const oldest = tx
    .select({ sequence: refreshTokens.sequence })
    .from(refreshTokens)
    .where(ofToken(schema, token))
    .orderBy(asc(refreshTokens.sequence))
    .limit(FORGET_ROWS)
  return {
    label: 'forgotten',
    rows: tx
      .delete(refreshTokens)
      .where(
        and(
          ofToken(schema, token),
          inArray(refreshTokens.sequence, oldest),
          lte(refreshTokens.createdAt, at - REFRESH_LIFETIME_SECONDS - DAY_SECONDS),
        ),
      )
      .returning({ sequence: refreshTokens.sequence }),
    expect: 'any',
  }
}

/** Stores a refresh token at the sequence just taken, and keeps what a client may have within its bounds. */
export const refreshWrites = (
  tx: Transaction,
  schema: Schema,
  token: DecidedToken,
  refresh: NewRefresh & { readonly predecessorSequence: number | null },
): readonly Write[] => [
  addRefresh(tx, schema, token, refresh),
  evictOldest(tx, schema, token, refresh.createdAt),
  forgetExpired(tx, schema, token, refresh.createdAt),
]

/** Uses a refresh token up, unless it was used or ended. */
export const useRefresh = (
  tx: Transaction,
  schema: Schema,
  token: DecidedToken,
  { sequence }: StoredRefresh,
  at: number,
): Write => ({
  label: REFRESH,
  rows: tx
    .update(schema.refreshTokens)
    .set({ usedAt: at })
    .where(and(ofToken(schema, token), eq(schema.refreshTokens.sequence, sequence), active(schema)))
    .returning({ sequence: schema.refreshTokens.sequence }),
  expect: 1,
})

// No bearer JWT outlives this. More than a list adds, so that what a client leaves behind shrinks.
const forgetEndedFamilies = (
  tx: Transaction,
  { endedFamilies }: Schema,
  { tenantId, tokenId }: Family,
  at: number,
): Write => {
  const ofToken = and(eq(endedFamilies.tenantId, tenantId), eq(endedFamilies.tokenId, tokenId))
  const over = tx
    .select({ familyId: endedFamilies.familyId })
    .from(endedFamilies)
    .where(and(ofToken, lte(endedFamilies.endedAt, at - BEARER_LIFETIME_SECONDS_MAX)))
    .limit(FORGET_ROWS)
  return {
    label: 'forgotten families',
    rows: tx
      .delete(endedFamilies)
      .where(and(ofToken, inArray(endedFamilies.familyId, over)))
      .returning({ familyId: endedFamilies.familyId }),
    expect: 'any',
  }
}

/** Ends every refresh token of a family, marks the family as ended, and tells every cache. */
export const endFamilyWrites = (
  tx: Transaction,
  schema: Schema,
  family: Family,
  { at, reason }: { readonly at: number; readonly reason: 'theft' | 'revoked' },
): readonly Write[] => {
  const { refreshTokens, endedFamilies } = schema
  const { tenantId, tokenId, familyId } = family
  return [
    {
      label: 'ended family',
      rows: tx.insert(endedFamilies).values({ tenantId, familyId, tokenId, endedAt: at }).returning(),
      expect: 1,
    },
    {
      label: 'family',
      rows: tx
        .update(refreshTokens)
        .set({ endedAt: at, endedReason: reason })
        .where(
          and(
            eq(refreshTokens.tenantId, tenantId),
            eq(refreshTokens.familyId, familyId),
            // Which of a family was evicted matters no more: all of it says how it ended.
            or(isNull(refreshTokens.endedAt), eq(refreshTokens.endedReason, 'evicted')),
          ),
        )
        .returning({ sequence: refreshTokens.sequence }),
      expect: 'any',
    },
    forgetEndedFamilies(tx, schema, family, at),
    changeWrite(tx, schema, { kind: 'family', key: `${tenantId}/${tokenId}/${familyId}`, at }),
  ]
}

/** Ends every family of a token and all that came of it: for secrets that leaked. The caller tells the caches. */
export const endAllFamilies = (
  tx: Transaction,
  schema: Schema,
  token: Pick<DecidedToken, 'tenantId' | 'id'>,
  at: number,
): readonly Write[] => {
  const { refreshTokens, endedFamilies } = schema
  // Older ones have no bearer JWT left to refuse, one from a repeated answer included.
  const since = at - BEARER_LIFETIME_SECONDS_MAX - RETRY_WINDOW_SECONDS
  const recent = tx
    .select({
      tenantId: refreshTokens.tenantId,
      familyId: refreshTokens.familyId,
      tokenId: refreshTokens.tokenId,
      endedAt: sql<number>`${at}`.as('ended_at'),
    })
    .from(refreshTokens)
    .where(and(ofToken(schema, token), gt(refreshTokens.createdAt, since)))
    .groupBy(refreshTokens.tenantId, refreshTokens.familyId, refreshTokens.tokenId)
  return [
    {
      label: 'ended families',
      rows: tx.insert(endedFamilies).select(recent).onConflictDoNothing().returning({ id: endedFamilies.familyId }),
      expect: 'any',
    },
    {
      label: 'refresh tokens',
      rows: tx
        .update(refreshTokens)
        .set({ endedAt: at, endedReason: 'revoked' })
        .where(and(ofToken(schema, token), active(schema)))
        .returning({ sequence: refreshTokens.sequence }),
      expect: 'any',
    },
  ]
}
