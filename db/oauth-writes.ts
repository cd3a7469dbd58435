import { and, asc, desc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { type QueryShape, type Transaction, UniqueConflict, type Write, WriteConflict } from '#db/connection.ts'
import { placeholders } from '#db/placeholders.ts'
import type { Schema } from '#db/schema.ts'
import { changeWrite, numberOf, RIGHTS } from '#db/writes.ts'
import { BEARER_LIFETIME_SECONDS_MAX } from '#lib/keys/key-times.ts'
import type { DecidedToken, NewRefresh } from '#lib/oauth/oauth-store.ts'
import {
  ACTIVE_REFRESH_TOKENS_MAX,
  type Family,
  forgottenUntil,
  RETRY_WINDOW_SECONDS,
  type StoredRefresh,
} from '#lib/oauth/refresh-token.ts'

/** Label of the write that uses a refresh token up; its mismatch means that another request was first. */
export const REFRESH = 'refresh token'

const FORGET_FAMILIES = 10
const FORGET_TOKENS = 64

const { tenantId, tokenId } = placeholders('tenantId', 'tokenId')

const ofToken = ({ refreshTokens }: Schema, token: Pick<DecidedToken, 'tenantId' | 'id'>) =>
  and(eq(refreshTokens.tenantId, token.tenantId), eq(refreshTokens.tokenId, token.id))

const ofFilledToken = ({ refreshTokens }: Schema) =>
  and(eq(refreshTokens.tenantId, tenantId), eq(refreshTokens.tokenId, tokenId))

const active = ({ refreshTokens }: Schema) => and(isNull(refreshTokens.usedAt), isNull(refreshTokens.endedAt))

const asDecided = ({ tokens }: Schema) =>
  and(
    eq(tokens.tenantId, tenantId),
    eq(tokens.id, tokenId),
    eq(tokens.version, sql.placeholder('version')),
    isNull(tokens.revokedAt),
    isNull(tokens.pausedAt),
  )

const filling = (token: DecidedToken) => ({ tenantId: token.tenantId, tokenId: token.id, version: token.version })

const takeSequence: QueryShape = (tx, schema) =>
  tx
    .update(schema.tokens)
    .set({ refreshSeq: sql`${schema.tokens.refreshSeq} + 1` })
    .where(asDecided(schema))
    .returning({ sequence: schema.tokens.refreshSeq })

/**
 * Takes the next sequence of a token, which is what it answers, and locks the token for the rest of the list; a guard that the
 * token is as decided on.
 */
export const nextSequence = (tx: Transaction, schema: Schema, token: DecidedToken): Write => ({
  label: RIGHTS,
  rows: tx.filled(takeSequence, schema, filling(token)),
  expect: 1,
})

const findAsDecided: QueryShape = (tx, schema) =>
  tx.share(tx.select({ id: schema.tokens.id }).from(schema.tokens).where(asDecided(schema)))

/** Re-checks that a token is as decided on, and keeps it so for the rest of the list. */
export const guardToken = (tx: Transaction, schema: Schema, token: DecidedToken): Write => ({
  label: RIGHTS,
  rows: tx.filled(findAsDecided, schema, filling(token)),
  expect: 1,
})

/** Locks a token for the rest of the list and changes nothing. */
export const lockToken = (tx: Transaction, { tokens }: Schema, family: Family): Write => ({
  label: 'lock',
  rows: tx
    .update(tokens)
    .set({ refreshSeq: sql`${tokens.refreshSeq}` })
    .where(and(eq(tokens.tenantId, family.tenantId), eq(tokens.id, family.tokenId)))
    .returning({ id: tokens.id }),
  expect: 1,
})

type AddedRefresh = NewRefresh & { readonly predecessorSequence: number | null }

const insertRefresh: QueryShape = (tx, { refreshTokens, tokens }) =>
  tx.insert(refreshTokens).values({
    tenantId,
    tokenId,
    // What `nextSequence` has just taken.
    sequence: sql`(select ${tokens.refreshSeq} from ${tokens} where ${tokens.tenantId} = ${tenantId} and ${tokens.id} = ${tokenId})`,
    ...placeholders('predecessorSequence', 'digest', 'secretId', 'familyId'),
    ...placeholders('scope', 'audience', 'salt', 'createdAt'),
  })

const evictOldest: QueryShape = (tx, schema) => {
  const { refreshTokens } = schema
  const firstTooMany = tx
    .select({ sequence: refreshTokens.sequence })
    .from(refreshTokens)
    .where(and(ofFilledToken(schema), active(schema)))
    .orderBy(desc(refreshTokens.sequence))
    .limit(1)
    .offset(ACTIVE_REFRESH_TOKENS_MAX)
  return tx
    .update(refreshTokens)
    .set({ endedAt: sql`${sql.placeholder('at')}`, endedReason: 'evicted' })
    .where(and(ofFilledToken(schema), active(schema), lte(refreshTokens.sequence, firstTooMany)))
}

const forgetExpired: QueryShape = (tx, schema) => {
  const { refreshTokens } = schema
  const oldest = tx
    .select({ sequence: refreshTokens.sequence })
    .from(refreshTokens)
    .where(ofFilledToken(schema))
    .orderBy(asc(refreshTokens.sequence))
    .limit(FORGET_TOKENS)
  return tx
    .delete(refreshTokens)
    .where(
      and(
        ofFilledToken(schema),
        inArray(refreshTokens.sequence, oldest),
        lte(refreshTokens.createdAt, sql.placeholder('until')),
      ),
    )
}

/**
 * Whether the list that adds the refresh token of a digest also forgets: one in sixteen does, for up to 64 rows, more
 * than were added meanwhile. What a busy client leaves stays bounded, and the others do not look. The end of a digest is as good
 * as drawn, and of the sixteen characters that base64url has there this is one.
 */
export const forgetsWith = (digest: string): boolean => digest.endsWith('A')

/** Stores a refresh token at the sequence just taken, and forgets now and then what expired long ago. */
export const addRefresh = (
  tx: Transaction,
  schema: Schema,
  token: DecidedToken,
  refresh: AddedRefresh,
): readonly Write[] => {
  const ofClient = { tenantId: token.tenantId, tokenId: token.id }
  const until = forgottenUntil(refresh.createdAt)
  const forgotten = () => tx.filled(forgetExpired, schema, { ...ofClient, until })
  return [
    { label: 'new refresh token', rows: tx.filled(insertRefresh, schema, { ...refresh, ...ofClient }), expect: 1 },
    ...(forgetsWith(refresh.digest) ? [{ label: 'forgotten', rows: forgotten(), expect: 'any' as const }] : []),
  ]
}

/** Ends what is active beyond the newest 100 of a client: for a list that adds one and uses none up. */
export const evictBeyondBound = (
  tx: Transaction,
  schema: Schema,
  { tenantId, id: tokenId }: DecidedToken,
  at: number,
): Write => ({ label: 'evicted', rows: tx.filled(evictOldest, schema, { tenantId, tokenId, at }), expect: 'any' })

const markUsed: QueryShape = (tx, schema) =>
  tx
    .update(schema.refreshTokens)
    .set({ usedAt: sql`${sql.placeholder('at')}` })
    .where(and(ofFilledToken(schema), eq(schema.refreshTokens.sequence, sql.placeholder('sequence')), active(schema)))

/** Uses a refresh token up, unless it was used or ended. */
export const useRefresh = (
  tx: Transaction,
  schema: Schema,
  token: DecidedToken,
  { sequence }: StoredRefresh,
  at: number,
): Write => ({
  label: REFRESH,
  rows: tx.filled(markUsed, schema, { tenantId: token.tenantId, tokenId: token.id, sequence, at }),
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
    .limit(FORGET_FAMILIES)
  return {
    label: 'forgotten families',
    rows: tx
      .delete(endedFamilies)
      .where(and(ofToken, inArray(endedFamilies.familyId, over)))
      .returning({ familyId: endedFamilies.familyId }),
    expect: 'any',
  }
}

const ALREADY_ENDED = 'already ended'

/** Whether a list did nothing because what it was to end, or to record as ended, had been before. */
export const isRepeated = (thrown: unknown): boolean =>
  thrown instanceof UniqueConflict || (thrown instanceof WriteConflict && thrown.label === ALREADY_ENDED)

// The newest of a family, which nothing has used up: that it ended says that the family has.
const newestOf = ({ refreshTokens }: Schema, { tenantId, familyId }: Omit<Family, 'tokenId'>) =>
  and(eq(refreshTokens.tenantId, tenantId), eq(refreshTokens.familyId, familyId), isNull(refreshTokens.usedAt))

/** That a family ended by theft or revocation, however long ago, while any of it is stored: the row that says so. */
export const endedOf = (schema: Schema, family: Omit<Family, 'tokenId'>) =>
  and(newestOf(schema, family), inArray(schema.refreshTokens.endedReason, ['theft', 'revoked']))

/** Ends the newest refresh token of a family, marks the family as ended, and tells every cache; not if it has ended before. */
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
      label: ALREADY_ENDED,
      rows: tx.select({ sequence: refreshTokens.sequence }).from(refreshTokens).where(endedOf(schema, family)),
      expect: 0,
    },
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
            newestOf(schema, family),
            // That it was evicted matters no more: it says how its family ended.
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
      endedAt: numberOf(at).as('ended_at'),
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
