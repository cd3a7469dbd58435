import { and, desc, eq, inArray, isNull } from 'drizzle-orm'
import { type Connection, UniqueConflict, WriteConflict } from '#db/connection.ts'
import { findTenantOfToken } from '#db/directories.ts'
import {
  endFamilyWrites,
  guardToken,
  lockToken,
  nextSequence,
  REFRESH,
  refreshWrites,
  useRefresh,
} from '#db/oauth-writes.ts'
import { atomicallyGuarded, auditWrite } from '#db/writes.ts'
import type { PublicKeySet } from '#lib/keys/public-key-set.ts'
import type { OAuthStore, StoredClient } from '#lib/oauth/oauth-store.ts'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'

// No tenant has this id: an unknown client costs the same reads as a known one.
const NO_TENANT = ''

const findClient = async (connection: Connection, clientId: string): Promise<StoredClient> => {
  const { queries, read, schema } = connection
  const { credentials } = schema
  const tenantId = (await findTenantOfToken(connection, clientId)) ?? NO_TENANT
  const rows = await read(
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
          eq(credentials.tenantId, tenantId),
          eq(credentials.tokenId, clientId),
          inArray(credentials.kind, ['client_secret', 'public_jwks']),
        ),
      )
      // Whichever is good stands before what has ended, however often it was rotated.
      .orderBy(desc(isNull(credentials.endsAt)), desc(credentials.endsAt), desc(credentials.createdAt)),
  )
  return {
    tenantId,
    tokenId: clientId,
    secrets: rows.flatMap(({ id, digest, endsAt }) => (digest === null ? [] : [{ id, digest, endsAt }])),
    keySets: rows.flatMap(({ id, publicJwks, endsAt }) =>
      publicJwks === null ? [] : [{ id, keySet: JSON.parse(publicJwks) as PublicKeySet, endsAt }],
    ),
  }
}

const findRefresh = async (
  { queries, read, schema: { refreshTokens } }: Connection,
  tenantId: string,
  digests: readonly string[],
): Promise<StoredRefresh | undefined> => {
  const [row] = await read(
    queries
      .select()
      .from(refreshTokens)
      .where(and(eq(refreshTokens.tenantId, tenantId), inArray(refreshTokens.digest, [...digests])))
      .limit(1),
  )
  return row
}

const findSuccessor = async (
  { queries, read, schema: { refreshTokens } }: Connection,
  { tenantId, tokenId, sequence }: StoredRefresh,
): Promise<StoredRefresh | undefined> => {
  const [row] = await read(
    queries
      .select()
      .from(refreshTokens)
      .where(
        and(
          eq(refreshTokens.tenantId, tenantId),
          eq(refreshTokens.tokenId, tokenId),
          eq(refreshTokens.predecessorSequence, sequence),
        ),
      ),
  )
  return row
}

/** Refresh tokens in SQL; the contract stands at OAuthStore. */
export const createOAuthStore = (connection: Connection): OAuthStore => {
  const { atomically, schema } = connection
  return {
    findClient: (clientId) => findClient(connection, clientId),
    findRefresh: (tenantId, digests) => findRefresh(connection, tenantId, digests),
    findSuccessor: (predecessor) => findSuccessor(connection, predecessor),
    startFamily: async (token, refresh, event) => {
      await atomicallyGuarded(connection, (tx) => [
        nextSequence(tx, schema, token),
        ...refreshWrites(tx, schema, token, { ...refresh, predecessorSequence: null }),
        auditWrite(tx, schema, event),
      ])
    },
    recordExchange: async (token, event) => {
      await atomicallyGuarded(connection, (tx) => [guardToken(tx, schema, token), auditWrite(tx, schema, event)])
    },
    rotate: async (token, used, successor, event) => {
      try {
        await atomicallyGuarded(connection, (tx) => [
          nextSequence(tx, schema, token),
          useRefresh(tx, schema, token, used, event.at),
          ...refreshWrites(tx, schema, token, { ...successor, predecessorSequence: used.sequence }),
          auditWrite(tx, schema, event),
        ])
        return true
      } catch (thrown) {
        if (thrown instanceof WriteConflict && thrown.label === REFRESH) return false
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
        if (!(thrown instanceof UniqueConflict)) throw thrown
      }
    },
    record: async (event) => {
      await atomically((tx) => [auditWrite(tx, schema, event)])
    },
  }
}
