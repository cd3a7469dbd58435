import { and, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'
import { numberOf } from '#db/writes.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'

/** What ends tokens: the moment, and the event whose actor and request their own records have. */
export type Ending = { readonly at: number; readonly event: AuditEvent }

const REASON = 'restored'
const KEYS_MAX = 500

const slices = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / KEYS_MAX) }, (_, slice) =>
    items.slice(slice * KEYS_MAX, (slice + 1) * KEYS_MAX),
  )

// In one statement each: a database may hold a million tokens.
const recordsOf = (
  tx: Transaction,
  { tokens, auditEvents }: Schema,
  which: SQL | undefined,
  { at, event }: Ending,
): Write => {
  const records = tx
    .select({
      tenantId: tokens.tenantId,
      id: sql<string>`${event.id} || '/' || ${tokens.id}`.as('id'),
      at: numberOf(at).as('at'),
      type: sql<string>`'token.revoked'`.as('type'),
      actorKind: sql<string>`${event.actor.kind}`.as('actor_kind'),
      actorId: sql<string>`${event.actor.id}`.as('actor_id'),
      actorName: sql<string>`${event.actor.name}`.as('actor_name'),
      targetKind: sql<string>`'token'`.as('target_kind'),
      targetId: tokens.id,
      targetName: tokens.name,
      requestId: sql<string>`${event.requestId}`.as('request_id'),
      address: sql<string | null>`null`.as('address'),
      details: sql<string>`${JSON.stringify({ reason: REASON })}`.as('details'),
    })
    .from(tokens)
    .where(which)
  return {
    label: 'records',
    rows: tx.insert(auditEvents).select(records).returning({ id: auditEvents.id }),
    expect: 'any',
  }
}

const revoke = (tx: Transaction, schema: Schema, which: SQL | undefined, ending: Ending): readonly Write[] => {
  const { tokens } = schema
  const live = and(isNull(tokens.revokedAt), which)
  return [
    recordsOf(tx, schema, live, ending),
    {
      label: 'tokens',
      rows: tx
        .update(tokens)
        .set({
          revokedAt: ending.at,
          revokedBy: ending.event.actor.id,
          revokedReason: REASON,
          version: sql`${tokens.version} + 1`,
        })
        .where(live)
        .returning({ id: tokens.id }),
      expect: 'any',
    },
  ]
}

/** Ends every token there is. */
export const revokeAll = (tx: Transaction, schema: Schema, ending: Ending): readonly Write[] =>
  revoke(tx, schema, undefined, ending)

const partsOf = (missing: readonly WitnessRow[], wanted: WitnessRow[1]): readonly (readonly string[])[] =>
  missing.filter(([, kind]) => kind === wanted).map(([, , key]) => key.split('/'))

const byTenant = (parts: readonly (readonly string[])[]): readonly (readonly [string, readonly string[]])[] => {
  const grouped = Map.groupBy(parts, ([tenantId = '']) => tenantId)
  return [...grouped].map(([tenantId, each]) => [tenantId, each.map(([, id = '']) => id)])
}

const revokeChanged = (
  tx: Transaction,
  schema: Schema,
  missing: readonly WitnessRow[],
  ending: Ending,
): readonly Write[] => {
  const { tokens } = schema
  const within = (column: typeof tokens.id | typeof tokens.ownerUserId, kind: 'token' | 'member') =>
    byTenant(partsOf(missing, kind)).flatMap(([tenantId, ids]) =>
      slices(ids).flatMap((slice) =>
        revoke(tx, schema, and(eq(tokens.tenantId, tenantId), inArray(column, [...slice])), ending),
      ),
    )
  const people = partsOf(missing, 'user').map(([userId = '']) => userId)
  return [
    ...within(tokens.id, 'token'),
    ...within(tokens.ownerUserId, 'member'),
    ...slices(people).flatMap((slice) => revoke(tx, schema, inArray(tokens.ownerUserId, [...slice]), ending)),
  ]
}

const endFamilies = (tx: Transaction, schema: Schema, missing: readonly WitnessRow[], at: number): readonly Write[] =>
  slices(partsOf(missing, 'family')).map((slice) => ({
    label: 'families',
    rows: tx
      .insert(schema.endedFamilies)
      .values(
        slice.map(([tenantId = '', tokenId = '', familyId = '']) => ({ tenantId, tokenId, familyId, endedAt: at })),
      )
      .onConflictDoNothing()
      .returning({ id: schema.endedFamilies.familyId }),
    expect: 'any',
  }))

const removeKeys = (tx: Transaction, schema: Schema, missing: readonly WitnessRow[], at: number): readonly Write[] => {
  const { signingKeys, credentials } = schema
  const kids = [...new Set(missing.flatMap(([, , , , removed = []]) => removed))]
  return slices(kids).flatMap((slice): readonly Write[] => [
    {
      label: 'keys',
      rows: tx
        .update(signingKeys)
        .set({ removedAt: at, retiringAt: sql`coalesce(${signingKeys.retiringAt}, ${at})`, privateJwkSealed: '' })
        .where(and(inArray(signingKeys.kid, [...slice]), isNull(signingKeys.removedAt)))
        .returning({ kid: signingKeys.kid }),
      expect: 'any',
    },
    {
      label: 'credentials',
      rows: tx
        .update(credentials)
        .set({ endsAt: at })
        .where(and(inArray(credentials.kid, [...slice]), or(isNull(credentials.endsAt), gt(credentials.endsAt, at))))
        .returning({ id: credentials.id }),
      expect: 'any',
    },
  ])
}

/**
 * Ends whatever a log says that it changed: it does not say how, so each token, each personal token of a member or a person,
 * each family, and each key that was removed.
 */
export const endChanged = (
  tx: Transaction,
  schema: Schema,
  missing: readonly WitnessRow[],
  ending: Ending,
): readonly Write[] => [
  ...revokeChanged(tx, schema, missing, ending),
  ...endFamilies(tx, schema, missing, ending.at),
  ...removeKeys(tx, schema, missing, ending.at),
]

/**
 * Ends what may have been used up, rotated or closed since the copy was made, of which no feed tells: refresh tokens,
 * sessions, mailed links, calendar addresses.
 */
export const endWhatMoves = (tx: Transaction, schema: Schema, at: number): readonly Write[] => {
  const { refreshTokens, sessions, mailChallenges, calendarFeeds } = schema
  return [
    {
      label: 'refresh tokens',
      rows: tx
        .update(refreshTokens)
        .set({ endedAt: at, endedReason: 'revoked' })
        // A used one gives nothing but its successor, which ends here; those used are by far the most.
        .where(and(isNull(refreshTokens.endedAt), isNull(refreshTokens.usedAt)))
        .returning({ sequence: refreshTokens.sequence }),
      expect: 'any',
    },
    {
      label: 'sessions',
      rows: tx.update(sessions).set({ endedAt: at }).where(isNull(sessions.endedAt)).returning({ id: sessions.id }),
      expect: 'any',
    },
    {
      label: 'mailed links',
      rows: tx
        .update(mailChallenges)
        .set({ usedAt: at })
        .where(isNull(mailChallenges.usedAt))
        .returning({ id: mailChallenges.id }),
      expect: 'any',
    },
    {
      label: 'calendar addresses',
      rows: tx.delete(calendarFeeds).returning({ userId: calendarFeeds.userId }),
      expect: 'any',
    },
  ]
}
