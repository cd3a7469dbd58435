import { and, desc, eq, gt, isNull, lte, ne, notInArray, or, sql } from 'drizzle-orm'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { UniqueConflict, WriteConflict } from '#db/connection.ts'
import { guardKey } from '#db/key-writes.ts'
import { endAllFamilies } from '#db/oauth-writes.ts'
import type { Schema } from '#db/schema.ts'
import { tokenLister } from '#db/tokens/token-list.ts'
import {
  credentialLister,
  findLastUse,
  listDailyUse,
  listPermissionUse,
  tokenFinder,
} from '#db/tokens/token-queries.ts'
import { toGrantRows, toTokenRow } from '#db/tokens/token-row.ts'
import { rotatedWrite, tokenChange, versionedWrite } from '#db/tokens/token-writes.ts'
import { atomicallyGuarded, auditWrite, guardRights, numberOf } from '#db/writes.ts'
import type { Token } from '#lib/tokens/token.ts'
import {
  type Credential,
  ENDED_CREDENTIALS_MAX,
  type IssueOutcome,
  type NewToken,
  type Rotation,
  type TokenChange,
  type TokenStore,
} from '#lib/tokens/token-store.ts'

const QUOTA = 'quota'
const REPLACED = 'replaced'

const ofOwner = ({ tokens }: Schema, { tenantId, context, ownerUserId }: Token) =>
  and(
    eq(tokens.tenantId, tenantId),
    eq(tokens.context, context),
    ownerUserId === null ? undefined : eq(tokens.ownerUserId, ownerUserId),
  )

// Counted inside the transaction, while this list owns the tenant: two requests at once cannot both be the last that fits.
const quotaWrite = (tx: Transaction, schema: Schema, { token, tokensMax }: NewToken): Write => {
  const { tokens } = schema
  const live = and(
    ofOwner(schema, token),
    isNull(tokens.revokedAt),
    or(isNull(tokens.expiresAt), gt(tokens.expiresAt, token.createdAt)),
  )
  return {
    label: QUOTA,
    rows: tx.select({ n: sql`count(*)` }).from(tokens).where(live).having(sql`count(*) < ${tokensMax}`),
    expect: 1,
  }
}

const onceWrite = (
  tx: Transaction,
  { issueRequests }: Schema,
  { token, idempotencyKey, event }: { token: Token; idempotencyKey: string | undefined; event: TokenChange['event'] },
): readonly Write[] =>
  idempotencyKey === undefined
    ? []
    : [
        {
          label: 'once',
          rows: tx
            .insert(issueRequests)
            .values({
              tenantId: token.tenantId,
              userId: event.actor.id,
              idempotencyKey,
              tokenId: token.id,
              createdAt: event.at,
            })
            .returning(),
          expect: 1,
        },
      ]

const grantWrites = (tx: Transaction, { tokenGrants }: Schema, token: Token): readonly Write[] => {
  const rows = toGrantRows(token)
  return rows.length === 0
    ? []
    : [{ label: 'grants', rows: tx.insert(tokenGrants).values(rows).returning(), expect: rows.length }]
}

const credentialWrite = (tx: Transaction, { credentials }: Schema, token: Token, credential: Credential): Write => ({
  label: 'credential',
  rows: tx
    .insert(credentials)
    .values({ tenantId: token.tenantId, tokenId: token.id, ...credential })
    .returning(),
  expect: 1,
})

const issueWrites = (tx: Transaction, schema: Schema, issued: NewToken, { versions, event }: TokenChange) => [
  ...guardRights(tx, schema, versions, 'own'),
  ...guardKey(tx, schema, issued.credential.kid),
  ...onceWrite(tx, schema, { ...issued, event }),
  quotaWrite(tx, schema, issued),
  { label: 'token', rows: tx.insert(schema.tokens).values(toTokenRow(issued.token)).returning(), expect: 1 },
  {
    label: 'directory',
    rows: tx
      .insert(schema.tokenDirectory)
      .values({ tokenId: issued.token.id, tenantId: issued.token.tenantId })
      .returning(),
    expect: 1,
  },
  ...grantWrites(tx, schema, issued.token),
  credentialWrite(tx, schema, issued.token, issued.credential),
  auditWrite(tx, schema, event),
]

const saveWrites = (tx: Transaction, schema: Schema, token: Token, { versions, event }: TokenChange) => {
  const { tokenGrants } = schema
  return [
    ...guardRights(tx, schema, versions),
    versionedWrite(tx, schema, token),
    {
      label: 'former grants',
      rows: tx
        .delete(tokenGrants)
        .where(and(eq(tokenGrants.tenantId, token.tenantId), eq(tokenGrants.tokenId, token.id)))
        .returning(),
      expect: 'any' as const,
    },
    ...grantWrites(tx, schema, token),
    auditWrite(tx, schema, event),
    tokenChange(tx, schema, token, event.at),
  ]
}

const endFormer = (
  tx: Transaction,
  { credentials }: Schema,
  { token, formerEndsAt }: Rotation,
  now: number,
): Write => ({
  label: 'former credentials',
  rows: tx
    .update(credentials)
    .set({
      endsAt: sql`case when ${credentials.endsAt} is null then ${numberOf(formerEndsAt)} else ${numberOf(now)} end`,
    })
    .where(
      and(
        eq(credentials.tenantId, token.tenantId),
        eq(credentials.tokenId, token.id),
        or(isNull(credentials.endsAt), gt(credentials.endsAt, now)),
      ),
    )
    .returning({ id: credentials.id }),
  expect: 'any',
})

// Whoever presents a wrong secret has all of them looked at, and a standing holds the end of each.
const forgetEnded = (tx: Transaction, { credentials }: Schema, { token }: Rotation, now: number): Write => {
  const ended = and(
    eq(credentials.tenantId, token.tenantId),
    eq(credentials.tokenId, token.id),
    lte(credentials.endsAt, now),
  )
  const newest = tx
    .select({ id: credentials.id })
    .from(credentials)
    .where(ended)
    .orderBy(desc(credentials.endsAt), desc(credentials.createdAt), desc(credentials.id))
    .limit(ENDED_CREDENTIALS_MAX)
  return {
    label: 'forgotten credentials',
    rows: tx
      .delete(credentials)
      .where(and(ended, notInArray(credentials.id, newest)))
      .returning({ id: credentials.id }),
    expect: 'any',
  }
}

const otherCurrent = (tx: Transaction, { credentials }: Schema, { token, replaces }: Rotation): readonly Write[] => {
  if (replaces === undefined) return []
  const others = and(
    eq(credentials.tenantId, token.tenantId),
    eq(credentials.tokenId, token.id),
    isNull(credentials.endsAt),
    ne(credentials.id, replaces),
  )
  return [{ label: REPLACED, rows: tx.select({ id: credentials.id }).from(credentials).where(others), expect: 0 }]
}

const rotationWrites = (tx: Transaction, schema: Schema, rotation: Rotation, { versions, event }: TokenChange) => [
  ...guardRights(tx, schema, versions),
  ...guardKey(tx, schema, rotation.credential.kid),
  ...onceWrite(tx, schema, { ...rotation, event }),
  // Behind it: asked again, what rotated first is its own first request.
  ...otherCurrent(tx, schema, rotation),
  rotatedWrite(tx, schema, rotation.token),
  endFormer(tx, schema, rotation, event.at),
  forgetEnded(tx, schema, rotation, event.at),
  // No overlap: the secret leaked, and so has whatever it was exchanged for.
  ...(rotation.formerEndsAt <= event.at ? endAllFamilies(tx, schema, rotation.token, event.at) : []),
  credentialWrite(tx, schema, rotation.token, rotation.credential),
  auditWrite(tx, schema, event),
  tokenChange(tx, schema, rotation.token, event.at),
]

const repeated = async (
  { queries, read, schema: { issueRequests } }: Connection,
  tenantId: string,
  userId: string,
  idempotencyKey: string,
): Promise<IssueOutcome | undefined> => {
  const [row] = await read(
    queries
      .select({ tokenId: issueRequests.tokenId })
      .from(issueRequests)
      .where(
        and(
          eq(issueRequests.tenantId, tenantId),
          eq(issueRequests.userId, userId),
          eq(issueRequests.idempotencyKey, idempotencyKey),
        ),
      ),
  )
  return row && { outcome: 'repeated', tokenId: row.tokenId }
}

type Once = { readonly token: Token; readonly idempotencyKey: string | undefined }

const issueOnce = async (
  connection: Connection,
  { token, idempotencyKey }: Once,
  { event }: TokenChange,
  writes: (tx: Transaction) => readonly Write[],
): Promise<IssueOutcome> => {
  try {
    await atomicallyGuarded(connection, writes)
    return { outcome: 'issued' }
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === QUOTA) return { outcome: 'too_many' }
    if (thrown instanceof WriteConflict && thrown.label === REPLACED) return { outcome: 'replaced' }
    if (!(thrown instanceof UniqueConflict) || idempotencyKey === undefined) throw thrown
    const before = await repeated(connection, token.tenantId, event.actor.id, idempotencyKey)
    if (!before) throw thrown
    return before
  }
}

/** Tokens, their grants and credentials; the contract stands at TokenStore. */
export const createTokenStore = (connection: Connection): TokenStore => {
  const { schema } = connection
  return {
    find: tokenFinder(connection),
    credentials: credentialLister(connection),
    lastUse: (tenantId, tokenId) => findLastUse(connection, tenantId, tokenId),
    dailyUse: (tenantId, tokenId, now) => listDailyUse(connection, { tenantId, tokenId, now }),
    permissionUse: (tenantId, tokenId, now) => listPermissionUse(connection, { tenantId, tokenId, now }),
    list: tokenLister(connection),
    issue: (issued, change) => issueOnce(connection, issued, change, (tx) => issueWrites(tx, schema, issued, change)),
    save: async (token, change) => {
      await atomicallyGuarded(connection, (tx) => saveWrites(tx, schema, token, change))
    },
    addCredential: (rotation, change) =>
      issueOnce(connection, rotation, change, (tx) => rotationWrites(tx, schema, rotation, change)),
  }
}
