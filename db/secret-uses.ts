import { and, count, eq, gt, isNull, ne } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { isLiveCredential } from '#db/key-writes.ts'
import { REFRESH_LIFETIME_SECONDS } from '#lib/oauth/refresh-token.ts'

/** How much of what is good for something stands on one secret. Sessions do not say on which they stand: in no count. */
export type SecretUses = {
  /** Private halves that are kept: of keys that sign, or are about to. */
  readonly signingKeys: number
  readonly clientSecrets: number
  readonly refreshTokens: number
  readonly calendars: number
}

type Counted = Promise<readonly { readonly secretId: string | null; readonly uses: number }[]>

const countKeys = ({ queries, read, schema: { signingKeys } }: Connection): Counted => {
  const { secretId, privateJwkSealed, removedAt } = signingKeys
  return read(
    queries
      .select({ secretId, uses: count() })
      .from(signingKeys)
      .where(and(isNull(removedAt), ne(privateJwkSealed, '')))
      .groupBy(secretId),
  )
}

const countClientSecrets = ({ queries, read, schema }: Connection, now: number): Counted => {
  const { secretId, kind } = schema.credentials
  return read(
    queries
      .select({ secretId, uses: count() })
      .from(schema.credentials)
      .innerJoin(schema.tokens, isLiveCredential(schema, now))
      .where(eq(kind, 'client_secret'))
      .groupBy(secretId),
  )
}

const countRefreshTokens = ({ queries, read, schema: { refreshTokens } }: Connection, now: number): Counted => {
  const { secretId, usedAt, endedAt, createdAt } = refreshTokens
  return read(
    queries
      .select({ secretId, uses: count() })
      .from(refreshTokens)
      .where(and(isNull(usedAt), isNull(endedAt), gt(createdAt, now - REFRESH_LIFETIME_SECONDS)))
      .groupBy(secretId),
  )
}

const countCalendars = ({ queries, read, schema: { calendarFeeds } }: Connection): Counted => {
  const { secretId } = calendarFeeds
  return read(queries.select({ secretId, uses: count() }).from(calendarFeeds).groupBy(secretId))
}

const NONE: SecretUses = { signingKeys: 0, clientSecrets: 0, refreshTokens: 0, calendars: 0 }

/** What stands on each secret at a moment (NumericDate), by the secret's id. A secret on which nothing stands is absent. */
export const countSecretUses = async (
  connection: Connection,
  now: number,
): Promise<ReadonlyMap<string, SecretUses>> => {
  const counted = [
    ['signingKeys', await countKeys(connection)],
    ['clientSecrets', await countClientSecrets(connection, now)],
    ['refreshTokens', await countRefreshTokens(connection, now)],
    ['calendars', await countCalendars(connection)],
  ] as const
  const found = new Map<string, SecretUses>()
  for (const [what, rows] of counted)
    for (const { secretId, uses } of rows)
      if (secretId !== null) found.set(secretId, { ...(found.get(secretId) ?? NONE), [what]: uses })
  return found
}
