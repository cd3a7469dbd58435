import { and, asc, desc, eq, inArray, isNull, lt, lte, sql } from 'drizzle-orm'
import { type Builders, type Connection, WriteConflict } from '#db/connection.ts'
import { tenantFinder } from '#db/directories.ts'
import {
  addRefresh,
  endFamilyWrites,
  evictBeyondBound,
  guardToken,
  isRepeated,
  lockToken,
  nextSequence,
  REFRESH,
  useRefresh,
} from '#db/oauth-writes.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { Schema } from '#db/schema.ts'
import { atomicallyGuarded, auditWrite } from '#db/writes.ts'
import type { PublicKeySet } from '#lib/keys/public-key-set.ts'
import type { DecidedToken, NewRefresh, OAuthStore } from '#lib/oauth/oauth-store.ts'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'

// No tenant has this id: an unknown client costs the same reads as a known one.
const NO_TENANT = ''

const clientFinder = (connection: Connection): OAuthStore['findClient'] => {
  const { credentials } = connection.schema
  const tenantOfToken = tenantFinder(connection)
  const credentialsOf = connection.prepared((queries) =>
    queries
      .select({
        id: credentials.id,
        digest: credentials.digest,
        publicJwks: credentials.publicJwks,
        endsAt: credentials.endsAt,
      })
      .from(credentials)
      .where(
        and(
          eq(credentials.tenantId, sql.placeholder('tenantId')),
          eq(credentials.tokenId, sql.placeholder('tokenId')),
          inArray(credentials.kind, ['client_secret', 'public_jwks']),
        ),
      )
      // Whichever is good stands before what has ended, however often it was rotated.
      .orderBy(desc(isNull(credentials.endsAt)), desc(credentials.endsAt), desc(credentials.createdAt)),
  )
  return async (tokenId) => {
    const tenantId = (await tenantOfToken(tokenId)) ?? NO_TENANT
    const rows = await credentialsOf({ tenantId, tokenId })
    return {
      tenantId,
      tokenId,
      secrets: rows.flatMap(({ id, digest, endsAt }) => (digest === null ? [] : [{ id, digest, endsAt }])),
      keySets: rows.flatMap(({ id, publicJwks, endsAt }) =>
        publicJwks === null ? [] : [{ id, keySet: JSON.parse(publicJwks) as PublicKeySet, endsAt }],
      ),
    }
  }
}

const refreshFinder = ({ prepared, schema: { refreshTokens } }: Connection): OAuthStore['findRefresh'] => {
  const byDigest = prepared((queries) =>
    queries
      .select()
      .from(refreshTokens)
      .where(
        and(
          eq(refreshTokens.tenantId, sql.placeholder('tenantId')),
          eq(refreshTokens.digest, sql.placeholder('digest')),
        ),
      )
      .limit(1),
  )
  return async (tenantId, digests) => {
    // One for each secret of the ring, the current one first: nearly always one.
    for (const digest of digests) {
      const [row] = await byDigest({ tenantId, digest })
      if (row) return row
    }
    return undefined
  }
}

const successorFinder = ({ prepared, schema: { refreshTokens } }: Connection): OAuthStore['findSuccessor'] => {
  const byPredecessor = prepared((queries) =>
    queries
      .select()
      .from(refreshTokens)
      .where(
        and(
          eq(refreshTokens.tenantId, sql.placeholder('tenantId')),
          eq(refreshTokens.tokenId, sql.placeholder('tokenId')),
          eq(refreshTokens.predecessorSequence, sql.placeholder('sequence')),
        ),
      ),
  )
  return async ({ tenantId, tokenId, sequence }) => (await byPredecessor({ tenantId, tokenId, sequence }))[0]
}

// What `nextSequence`, the first of a list, answered, and what the list stored.
const asStored = (
  { tenantId, id: tokenId }: DecidedToken,
  { digest: _digest, ...refresh }: NewRefresh,
  answers: readonly (readonly unknown[])[],
): StoredRefresh => {
  const [taken] = answers[0] as readonly { readonly sequence: number }[]
  if (!taken) throw new Error('a list that was committed took no sequence')
  const { sequence } = taken
  return { tenantId, tokenId, sequence, ...refresh, usedAt: null, endedAt: null, endedReason: null }
}

type Expired = Parameters<OAuthStore['purge']>[0]

/** Digests of refresh tokens of any client that are to be forgotten. They grow with time: what is old begins their index. */
export const oldRefreshTokens = (
  tx: Pick<Builders, 'select'>,
  { refreshTokens }: Pick<Schema, 'refreshTokens'>,
  { createdUntil, digestsBelow }: Expired,
  limit: number,
) => {
  const { digest, createdAt } = refreshTokens
  return tx
    .select({ digest })
    .from(refreshTokens)
    .where(and(lt(digest, digestsBelow), lte(createdAt, createdUntil)))
    .orderBy(asc(digest))
    .limit(limit)
}

const purger =
  (connection: Connection): OAuthStore['purge'] =>
  (expired) =>
    purgeInSteps(connection, 'old refresh tokens', (tx, limit) => {
      const { refreshTokens } = connection.schema
      const { digest } = refreshTokens
      return tx
        .delete(refreshTokens)
        .where(inArray(digest, oldRefreshTokens(tx, connection.schema, expired, limit)))
        .returning({ digest })
    })

/** Refresh tokens in SQL; the contract stands at OAuthStore. */
export const createOAuthStore = (connection: Connection): OAuthStore => {
  const { atomically, schema } = connection
  return {
    findClient: clientFinder(connection),
    findRefresh: refreshFinder(connection),
    findSuccessor: successorFinder(connection),
    startFamily: async (token, refresh, event) => {
      const answers = await atomicallyGuarded(connection, (tx) => [
        nextSequence(tx, schema, token),
        ...addRefresh(tx, schema, token, { ...refresh, predecessorSequence: null }),
        evictBeyondBound(tx, schema, token, refresh.createdAt),
        auditWrite(tx, schema, event),
      ])
      return asStored(token, refresh, answers)
    },
    recordExchange: async (token, event) => {
      await atomicallyGuarded(connection, (tx) => [guardToken(tx, schema, token), auditWrite(tx, schema, event)])
    },
    rotate: async (token, used, successor, event) => {
      try {
        const answers = await atomicallyGuarded(connection, (tx) => [
          nextSequence(tx, schema, token),
          useRefresh(tx, schema, token, used, event.at),
          // One in the place of the one just used: no more than there were.
          ...addRefresh(tx, schema, token, { ...successor, predecessorSequence: used.sequence }),
          auditWrite(tx, schema, event),
        ])
        return asStored(token, successor, answers)
      } catch (thrown) {
        if (thrown instanceof WriteConflict && thrown.label === REFRESH) return undefined
        throw thrown
      }
    },
    endFamily: async (family, reason, event) => {
      try {
        await atomically((tx) => [
          // Before anything else: a rotation under way must not add to a family that ends.
          lockToken(tx, schema, family),
          ...endFamilyWrites(tx, schema, family, { at: event.at, reason }),
          auditWrite(tx, schema, event),
        ])
      } catch (thrown) {
        if (!isRepeated(thrown)) throw thrown
      }
    },
    purge: purger(connection),
    record: async (event) => {
      await atomically((tx) => [auditWrite(tx, schema, event)])
    },
  }
}
