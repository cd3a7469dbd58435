import { and, eq, gt, isNotNull, isNull, notExists, or, type SQL, sql } from 'drizzle-orm'
import { exchangedWithin } from '#db/audit-rows.ts'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { auditWrite, changeWrite, numberOf, RIGHTS } from '#db/writes.ts'
import type { KeyChange, KeyCompromise, KeyStep } from '#lib/keys/key-store.ts'
import type { StoredSigningKey } from '#lib/keys/signing-key.ts'

/** A token that is good for something: neither revoked nor past its end. */
const isLiveToken = ({ tokens }: Schema, now: number) =>
  and(isNull(tokens.revokedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, now)))

const isOfToken = ({ tokens, credentials }: Schema) =>
  and(eq(tokens.tenantId, credentials.tenantId), eq(tokens.id, credentials.tokenId))

/** A credential, joined with its token, that is good for something. */
export const isLiveCredential = (schema: Schema, now: number) => {
  const { endsAt } = schema.credentials
  return and(isOfToken(schema), isLiveToken(schema, now), or(isNull(endsAt), gt(endsAt, now)))
}

// What a step begins in. Removing an access key which somebody still holds a JWT of would end that JWT.
const beginsIn = (tx: Transaction, schema: Schema, { kind, key }: KeyStep, at: number): SQL | undefined => {
  const { signingKeys, credentials, tokens } = schema
  const { activeAt, retiringAt } = signingKeys
  if (kind === 'activate') return isNull(activeAt)
  if (kind === 'retire') return and(isNotNull(activeAt), isNull(retiringAt))
  const named = tx
    .select({ id: credentials.id })
    .from(credentials)
    .innerJoin(tokens, isLiveCredential(schema, at))
    .where(eq(credentials.kid, key.kid))
  return and(or(isNull(activeAt), isNotNull(retiringAt)), notExists(named))
}

// What signs no more needs no private half: whoever reads this database later can make nothing of it.
const UNABLE_TO_SIGN = { privateJwkSealed: '' }

const changesOf = (kind: 'activate' | 'retire' | 'remove', at: number) => {
  if (kind === 'activate') return { activeAt: at }
  return kind === 'retire' ? { retiringAt: at, ...UNABLE_TO_SIGN } : { removedAt: at, ...UNABLE_TO_SIGN }
}

// Owned, since there is no row yet on which two that publish at once could meet.
const publishWrites = (
  tx: Transaction,
  { signingKeys, environment }: Schema,
  key: StoredSigningKey,
): readonly Write[] => [
  { label: RIGHTS, rows: tx.own(tx.select({ id: environment.id }).from(environment)), expect: 1 },
  {
    label: RIGHTS,
    rows: tx
      .select({ kid: signingKeys.kid })
      .from(signingKeys)
      .where(and(eq(signingKeys.purpose, key.purpose), isNull(signingKeys.activeAt), isNull(signingKeys.removedAt))),
    expect: 0,
  },
  { label: 'key', rows: tx.insert(signingKeys).values(key).returning({ kid: signingKeys.kid }), expect: 1 },
]

const stepWrites = (tx: Transaction, schema: Schema, step: KeyStep, at: number): readonly Write[] => {
  const { kind, key } = step
  if (kind === 'publish') return publishWrites(tx, schema, key)
  const { signingKeys } = schema
  return [
    {
      label: RIGHTS,
      rows: tx
        .update(signingKeys)
        .set(changesOf(kind, at))
        .where(and(eq(signingKeys.kid, key.kid), isNull(signingKeys.removedAt), beginsIn(tx, schema, step, at)))
        .returning({ kid: signingKeys.kid }),
      expect: 1,
    },
  ]
}

const keysChange = (tx: Transaction, schema: Schema, at: number): Write =>
  changeWrite(tx, schema, { kind: 'keys', key: 'keys', at })

const choiceWrites = (tx: Transaction, { environment }: Schema, chosen: KeyChange['chosen']): readonly Write[] => {
  if (!chosen) return []
  const { purpose, algorithm } = chosen
  const choice = purpose === 'bearer' ? { bearerAlgorithm: algorithm } : { accessAlgorithm: algorithm }
  return [{ label: 'choice', rows: tx.update(environment).set(choice).returning({ id: environment.id }), expect: 1 }]
}

/** Takes steps of keys' lives, each from the state it begins in. */
export const keyChangeWrites = (tx: Transaction, schema: Schema, change: KeyChange): readonly Write[] => [
  ...change.steps.flatMap((step) => stepWrites(tx, schema, step, change.at)),
  ...choiceWrites(tx, schema, change.chosen),
  ...change.steps.map(({ event }) => auditWrite(tx, schema, event)),
  keysChange(tx, schema, change.at),
]

/** Adds a key that signs, unless its purpose has one. No ring is without it: a process makes it before it loads one. */
export const firstKeyWrites = (
  tx: Transaction,
  schema: Schema,
  key: StoredSigningKey,
  event: KeyStep['event'],
): readonly Write[] => [
  {
    label: 'key',
    rows: tx.insert(schema.signingKeys).values(key).returning({ kid: schema.signingKeys.kid }),
    expect: 1,
  },
  auditWrite(tx, schema, event),
]

// Of an access key: whoever has a JWT of it. Of a bearer key: whoever may have one that has not run out.
const stoodOn = (tx: Transaction, schema: Schema, { key, at, exchanged }: KeyCompromise): SQL => {
  const { tokens, credentials } = schema
  if (key.purpose === 'access') {
    const { tenantId, tokenId, kid, endsAt } = credentials
    const named = tx
      .select({ tenantId, tokenId })
      .from(credentials)
      .where(and(eq(kid, key.kid), or(isNull(endsAt), gt(endsAt, at))))
    // Not `exists`: for each token SQLite would go through all that the key signed.
    return sql`(${tokens.tenantId}, ${tokens.id}) in ${named}`
  }
  return sql`(${tokens.tenantId}, ${tokens.id}) in ${exchangedWithin(tx, schema, exchanged)}`
}

/** The id of the record that a token lost by a compromised key: one for each, and found again without a search. */
export const compromiseEventId = (kid: string, tokenId: SQL | Schema['tokens']['id']): SQL<string> =>
  sql<string>`${kid} || '/' || ${tokenId}`

// In one statement: no token can be issued between a reading and its record, and none of them passes through memory.
const toldWrite = (tx: Transaction, schema: Schema, compromise: KeyCompromise): Write => {
  const { tokens, auditEvents } = schema
  const { told, key, at } = compromise
  const records = tx
    .select({
      tenantId: tokens.tenantId,
      id: compromiseEventId(key.kid, tokens.id).as('id'),
      at: numberOf(at).as('at'),
      type: sql<string>`${told.type}`.as('type'),
      actorKind: sql<string>`${told.actor.kind}`.as('actor_kind'),
      actorId: sql<string>`${told.actor.id}`.as('actor_id'),
      actorName: sql<string>`${told.actor.name}`.as('actor_name'),
      targetKind: sql<string>`'token'`.as('target_kind'),
      targetId: tokens.id,
      targetName: tokens.name,
      requestId: sql<string>`${told.requestId}`.as('request_id'),
      address: sql<string | null>`null`.as('address'),
      details: sql<string>`${JSON.stringify(told.details)}`.as('details'),
    })
    .from(tokens)
    .where(and(isLiveToken(schema, at), stoodOn(tx, schema, compromise)))
  return {
    label: 'told',
    rows: tx.insert(auditEvents).select(records).returning({ id: auditEvents.id }),
    expect: 'any',
  }
}

const endCredentials = (tx: Transaction, { credentials }: Schema, { key, at }: KeyCompromise): Write => ({
  label: 'credentials',
  rows: tx
    .update(credentials)
    .set({ endsAt: at })
    .where(and(eq(credentials.kid, key.kid), or(isNull(credentials.endsAt), gt(credentials.endsAt, at))))
    .returning({ id: credentials.id }),
  expect: 'any',
})

/** Removes a compromised key for good and puts another in its place; the second write answers a row for each token told. */
export const compromiseWrites = (tx: Transaction, schema: Schema, compromise: KeyCompromise): readonly Write[] => {
  const { signingKeys } = schema
  const { key, at, event, replacement } = compromise
  return [
    {
      label: RIGHTS,
      rows: tx
        .update(signingKeys)
        .set({
          removedAt: at,
          compromisedAt: at,
          retiringAt: sql`coalesce(${signingKeys.retiringAt}, ${at})`,
          ...UNABLE_TO_SIGN,
        })
        .where(and(eq(signingKeys.kid, key.kid), isNull(signingKeys.removedAt)))
        .returning({ kid: signingKeys.kid }),
      expect: 1,
    },
    toldWrite(tx, schema, compromise),
    endCredentials(tx, schema, compromise),
    ...(replacement ? firstKeyWrites(tx, schema, replacement.key, replacement.event) : []),
    auditWrite(tx, schema, event),
    keysChange(tx, schema, at),
  ]
}

/** Re-checks that the key which signed a new credential is still believed; none for what no key signed. */
export const guardKey = (tx: Transaction, { signingKeys }: Schema, kid: string | null): readonly Write[] =>
  kid === null
    ? []
    : [
        {
          label: RIGHTS,
          rows: tx.share(
            tx
              .select({ kid: signingKeys.kid })
              .from(signingKeys)
              .where(and(eq(signingKeys.kid, kid), isNull(signingKeys.removedAt))),
          ),
          expect: 1,
        },
      ]
