import { and, asc, count, eq, exists, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { type Connection, UniqueConflict } from '#db/connection.ts'
import {
  compromiseEventId,
  compromiseWrites,
  firstKeyWrites,
  isLiveCredential,
  keyChangeWrites,
} from '#db/key-writes.ts'
import { atomicallyGuarded } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { AffectedToken, KeySettings, KeyStore } from '#lib/keys/key-store.ts'

const readKeys = ({ queries, read, schema: { signingKeys } }: Connection, all: boolean) =>
  read(
    queries
      .select()
      .from(signingKeys)
      .where(all ? undefined : isNull(signingKeys.removedAt))
      .orderBy(asc(signingKeys.createdAt), asc(signingKeys.kid)),
  )

const readSettings = async ({ queries, read, schema: { environment } }: Connection): Promise<KeySettings> => {
  const { bearerAlgorithm, accessAlgorithm, keyRotationSeconds } = environment
  const [row] = await read(queries.select({ bearerAlgorithm, accessAlgorithm, keyRotationSeconds }).from(environment))
  if (!row) throw new PortalError('server.internal', { internal: 'the environment row is missing' })
  return {
    algorithms: { bearer: row.bearerAlgorithm, access: row.accessAlgorithm },
    rotationSeconds: row.keyRotationSeconds,
  }
}

// Stops at the first such credential of each key.
const readInUse = async ({ queries, read, schema }: Connection, kids: readonly string[], now: number) => {
  const { signingKeys, credentials, tokens } = schema
  const named = queries
    .select({ id: credentials.id })
    .from(credentials)
    .innerJoin(tokens, isLiveCredential(schema, now))
    .where(eq(credentials.kid, signingKeys.kid))
  const rows = await read(
    queries
      .select({ kid: signingKeys.kid })
      .from(signingKeys)
      .where(and(inArray(signingKeys.kid, [...kids]), exists(named))),
  )
  return new Set(rows.map(({ kid }) => kid))
}

const countLive = async ({ queries, read, schema }: Connection, now: number): Promise<ReadonlyMap<string, number>> => {
  const { credentials, tokens } = schema
  const rows = await read(
    queries
      .select({ kid: credentials.kid, live: count() })
      .from(credentials)
      .innerJoin(tokens, isLiveCredential(schema, now))
      .where(isNotNull(credentials.kid))
      .groupBy(credentials.kid),
  )
  return new Map(rows.map(({ kid, live }) => [kid ?? '', live]))
}

const readAffected = async (
  { queries, read, schema }: Connection,
  kid: string,
  after: Pick<AffectedToken, 'tenantId' | 'tokenId'> | undefined,
  limit: number,
): Promise<readonly AffectedToken[]> => {
  const { tokens, tenants, users, auditEvents } = schema
  const told = and(eq(auditEvents.tenantId, tokens.tenantId), eq(auditEvents.id, compromiseEventId(kid, tokens.id)))
  return read(
    queries
      .select({
        tenantId: tokens.tenantId,
        tenantName: tenants.name,
        tokenId: tokens.id,
        tokenName: tokens.name,
        ownerEmail: users.email,
        granterName: tokens.granterName,
      })
      .from(tokens)
      .innerJoin(auditEvents, told)
      .innerJoin(tenants, eq(tenants.id, tokens.tenantId))
      .leftJoin(users, eq(users.id, tokens.ownerUserId))
      .where(after && sql`(${tokens.tenantId}, ${tokens.id}) > (${after.tenantId}, ${after.tokenId})`)
      .orderBy(asc(tokens.tenantId), asc(tokens.id))
      .limit(limit),
  )
}

// A second key of a state is another process that was first, as is a guard that met nothing.
const staleWhenTaken = async <Result>(write: Promise<Result>): Promise<Result> => {
  try {
    return await write
  } catch (thrown) {
    if (thrown instanceof UniqueConflict) throw new StaleDecision('another process changed the keys')
    throw thrown
  }
}

/** Signing keys, their private halves sealed; the contract stands at KeyStore. */
export const createKeyStore = (connection: Connection): KeyStore => {
  const { atomically, schema } = connection
  return {
    list: () => readKeys(connection, false),
    history: () => readKeys(connection, true),
    settings: () => readSettings(connection),
    inUse: (kids, now) => readInUse(connection, kids, now),
    liveCredentials: (now) => countLive(connection, now),
    affected: (kid, after, limit) => readAffected(connection, kid, after, limit),
    addFirst: async (key, event) => {
      try {
        await atomically((tx) => firstKeyWrites(tx, schema, key, event))
        return true
      } catch (thrown) {
        if (thrown instanceof UniqueConflict) return false
        throw thrown
      }
    },
    change: async (change) => {
      await staleWhenTaken(atomicallyGuarded(connection, (tx) => keyChangeWrites(tx, schema, change)))
    },
    compromise: async (compromise) => {
      const written = atomicallyGuarded(connection, (tx) => compromiseWrites(tx, schema, compromise))
      const [, told] = await staleWhenTaken(written)
      return told?.length ?? 0
    },
  }
}
