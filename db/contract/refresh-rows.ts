import type { OAuthWorld } from '#db/contract/oauth-world.ts'
import { START } from '#db/contract/token-fixture.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { DecidedToken, NewRefresh } from '#lib/oauth/oauth-store.ts'

let serial = 0

/** The record of an exchange, with an id of its own. */
export const exchangeEvent = (token: DecidedToken, at = START): AuditEvent => ({
  tenantId: token.tenantId,
  id: `event-${(serial += 1)}`,
  at,
  type: 'token.exchanged',
  actor: { kind: 'token', id: token.id, name: 'nightly' },
  target: { kind: 'token', id: token.id, name: 'nightly' },
  requestId: 'req-1',
  address: undefined,
  details: {},
})

/** A refresh token of a family of its own, unless said. */
export const freshRefresh = (digest: string, change: Partial<NewRefresh> = {}): NewRefresh => ({
  digest,
  secretId: 'secret-1',
  familyId: `family-of-${digest}`,
  scope: null,
  audience: 'https://id.example',
  salt: null,
  createdAt: START,
  ...change,
})

/** All refresh tokens there are, by their sequence. */
export const refreshRowsOf = async ({ connection: { queries, schema } }: OAuthWorld) => {
  const rows = await queries.select().from(schema.refreshTokens)
  return rows.toSorted((one, other) => one.sequence - other.sequence)
}

/** A token, the digest of its refresh token, and what else differs of that. */
export type Started = readonly [token: DecidedToken, digest: string, change?: Partial<NewRefresh>]

/** Starts a family, and answers its refresh token as it was stored. */
export const startFamily = async ({ oauthStore }: OAuthWorld, ...[token, digest, change = {}]: Started) => {
  await oauthStore.startFamily(token, freshRefresh(digest, change), exchangeEvent(token, change.createdAt))
  const stored = await oauthStore.findRefresh(token.tenantId, [digest])
  if (!stored) throw new TypeError('the refresh token was not stored')
  return stored
}
