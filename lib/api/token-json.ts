import { z } from '@hono/zod-openapi'
import { toRfc3339, toRfc3339OrNull } from '#lib/time/duration.ts'
import type { DescribedCredential, DescribedRotation, TokenDescription } from '#lib/tokens/describe-token.ts'
import type { IssuedToken } from '#lib/tokens/issue-token.ts'
import type { TokenRow } from '#lib/tokens/list-tokens.ts'
import type { RetiredUse } from '#lib/tokens/rotation-store.ts'
import { type Token, tokenState } from '#lib/tokens/token.ts'

const moment = z.iso.datetime()
const grant = z.union([
  z.object({ mode: z.literal('owner') }),
  z.object({ mode: z.literal('permissions'), permissions: z.array(z.string()) }),
  z.object({ mode: z.literal('roles'), roles: z.array(z.string()) }),
])

/** A token as the management routes answer it. */
export const tokenSchema = z
  .object({
    id: z.string(),
    context: z.enum(['user', 'tenant']),
    type: z.enum(['client_credentials', 'access_token']),
    name: z.string(),
    description: z.string(),
    state: z.enum(['active', 'expiring', 'expired', 'paused', 'revoked']),
    hint: z.string().openapi({ description: 'The last four characters of its newest credential.' }),
    grant,
    ipAllowlist: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()),
    refreshTokens: z.enum(['default', 'on', 'off']).openapi({ description: 'default: as the environment says.' }),
    dpopRequired: z.boolean().openapi({ description: 'Whether its bearer JWTs must be bound to a key (RFC 9449).' }),
    requestsPerMinute: z.number().int().nullable().openapi({ description: 'null: no limit of its own.' }),
    ownerUserId: z.string().nullable().openapi({ description: 'Whom a personal token acts for.' }),
    createdBy: z.object({ id: z.string(), name: z.string() }),
    createdAt: moment,
    expiresAt: moment.nullable().openapi({ description: 'null: never.' }),
    paused: z.object({ at: moment, by: z.string(), reason: z.string() }).nullable(),
    revoked: z.object({ at: moment, by: z.string(), reason: z.string() }).nullable(),
  })
  .openapi('Token')

const rights = { permissions: z.array(z.string()).openapi({ description: 'What it may do now.' }) }

/** A row of a list. */
export const listedTokenSchema = tokenSchema
  .extend({ ...rights, ownerName: z.string().nullable(), lastUsedAt: moment.nullable() })
  .openapi('ListedToken')

const place = { address: z.string().nullable(), agent: z.string().nullable() }
const lastUse = z.object({ at: moment, ...place })

const credential = z.object({
  id: z.string(),
  kind: z.enum(['client_secret', 'access_jwt', 'public_jwks']),
  state: z.enum(['current', 'former', 'ended']),
  hint: z.string().nullable().openapi({ description: 'Its last four characters, as far as they are known.' }),
  createdAt: moment,
  endsAt: moment.nullable(),
  lastUsed: lastUse.nullable().openapi({ description: 'Of client credentials: the last exchange.' }),
})

const rotation = z.object({
  id: z.string(),
  rotatedAt: moment,
  currentId: z.string(),
  formerId: z.string(),
  formerEndsAt: moment,
  extendableUntil: moment,
})

/** One token with all there is to know of it. */
export const describedTokenSchema = tokenSchema
  .extend({
    ...rights,
    missing: z
      .record(z.string(), z.enum(['withdrawn', 'ceiling', 'owner']))
      .openapi({ description: 'What it was granted and may not do now, and why.' }),
    credentials: z.array(credential).openapi({ description: 'Newest first.' }),
    rotation: rotation.nullable().openapi({ description: 'The rotation under way: two credentials are good.' }),
    retiredUse: z
      .object({ credentialId: z.string(), at: moment, ...place, endedAt: moment })
      .nullable()
      .openapi({ description: 'The newest use of a credential on a day on which it had ended.' }),
    lostKey: z
      .object({ kid: z.string(), at: moment })
      .nullable()
      .openapi({ description: 'The compromised key that signed the newest credential: rotate the token.' }),
    lastUse: lastUse.nullable(),
    use: z
      .array(z.object({ day: moment, accepted: z.number(), refused: z.number() }))
      .openapi({ description: 'The days with use among the last 30, oldest first.' }),
    permissionUse: z
      .array(z.object({ permission: z.string(), accepted: z.number(), refused: z.number(), lastDay: moment }))
      .openapi({ description: 'The permissions that validations asked for within these days.' }),
  })
  .openapi('DescribedToken')

/** A token with its secret: the one answer that tells it. */
export const issuedTokenSchema = z
  .union([
    z
      .object({ token: tokenSchema, clientId: z.string(), clientSecret: z.string().optional() })
      .openapi({ description: 'A client with keys of its own has no secret.' }),
    z.object({ token: tokenSchema, accessToken: z.string() }),
  ])
  .openapi('IssuedToken')

const grantJson = ({ grant: given }: Token): z.output<typeof grant> => {
  switch (given.mode) {
    case 'owner':
      return { mode: given.mode }
    case 'permissions':
      return { mode: given.mode, permissions: [...given.permissions] }
    case 'roles':
      return { mode: given.mode, roles: [...given.roles] }
  }
}

/** Words for a token at a moment. */
export const tokenJson = (token: Token, now: number): z.output<typeof tokenSchema> => ({
  id: token.id,
  context: token.context,
  type: token.type,
  name: token.name,
  description: token.description,
  state: tokenState(token, now),
  hint: token.hint,
  grant: grantJson(token),
  ipAllowlist: [...token.ipAllowlist],
  metadata: { ...token.metadata },
  refreshTokens: token.refreshMode,
  dpopRequired: token.dpopRequiredAt !== null,
  requestsPerMinute: token.requestsPerMinute,
  ownerUserId: token.ownerUserId,
  createdBy: { id: token.granter.userId, name: token.granter.name },
  createdAt: toRfc3339(token.createdAt),
  expiresAt: toRfc3339OrNull(token.expiresAt),
  paused: token.paused && { at: toRfc3339(token.paused.at), by: token.paused.by, reason: token.paused.reason },
  revoked: token.revoked && { at: toRfc3339(token.revoked.at), by: token.revoked.by, reason: token.revoked.reason },
})

/** Words for a row of a list. */
export const listedTokenJson = (row: TokenRow, now: number): z.output<typeof listedTokenSchema> => ({
  ...tokenJson(row.token, now),
  permissions: [...row.effective],
  ownerName: row.ownerName,
  lastUsedAt: toRfc3339OrNull(row.lastUsedAt),
})

type Used = { readonly at: number; readonly address: string | null; readonly agent: string | null }

const usedJson = ({ at, address, agent }: Used) => ({ at: toRfc3339(at), address, agent })

const credentialJson = ({ id, kind, state, hint, createdAt, endsAt, lastUse: used }: DescribedCredential) => ({
  id,
  kind,
  state,
  hint: hint ?? null,
  createdAt: toRfc3339(createdAt),
  endsAt: toRfc3339OrNull(endsAt),
  lastUsed: used ? usedJson(used) : null,
})

const rotationJson = ({ id, rotatedAt, current, former, formerEndsAt, extendableUntil }: DescribedRotation) => ({
  id,
  rotatedAt: toRfc3339(rotatedAt),
  currentId: current.id,
  formerId: former.id,
  formerEndsAt: toRfc3339(formerEndsAt),
  extendableUntil: toRfc3339(extendableUntil),
})

const retiredUseJson = ({ credentialId, endedAt, ...used }: RetiredUse) => ({
  credentialId,
  ...usedJson(used),
  endedAt: toRfc3339(endedAt),
})

/** Words for one token and all there is to know of it. */
export const describedTokenJson = (
  described: TokenDescription,
  now: number,
): z.output<typeof describedTokenSchema> => ({
  ...tokenJson(described.token, now),
  permissions: [...described.effective],
  missing: Object.fromEntries(described.missing),
  credentials: described.credentials.map(credentialJson),
  rotation: described.rotation ? rotationJson(described.rotation) : null,
  retiredUse: described.retiredUse ? retiredUseJson(described.retiredUse) : null,
  lostKey: described.lostKey ? { kid: described.lostKey.kid, at: toRfc3339(described.lostKey.at) } : null,
  lastUse: described.lastUse ? usedJson(described.lastUse) : null,
  use: described.use.map(({ day, ...counts }) => ({ day: toRfc3339(day), ...counts })),
  permissionUse: described.permissionUse.map(({ lastDay, ...counts }) => ({ ...counts, lastDay: toRfc3339(lastDay) })),
})

/** Words for a token just made, with its secret. */
export const issuedTokenJson = ({ token, secret }: IssuedToken, now: number): z.output<typeof issuedTokenSchema> => {
  const { type: _type, ...told } = secret
  return { token: tokenJson(token, now), ...told }
}
