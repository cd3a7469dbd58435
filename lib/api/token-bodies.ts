import { z } from '@hono/zod-openapi'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { EditRequest, IssueRequest } from '#lib/tokens/token-request.ts'

const DEFAULT_LIFETIME_SECONDS = 90 * DAY_SECONDS

// The door checks shapes and refuses what it does not know; what is acceptable is the use-case's to say.
const grant = z
  .discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('owner') }),
    z.strictObject({ mode: z.literal('permissions'), permissions: z.array(z.string()) }),
    z.strictObject({ mode: z.literal('roles'), roles: z.array(z.string()) }),
  ])
  .openapi('Grant', { description: 'All the owner may do (personal tokens), single permissions, or roles.' })

const editable = {
  description: z.string().optional(),
  ipAllowlist: z.array(z.string()).optional().openapi({ description: 'Addresses or CIDR ranges; empty: anywhere.' }),
  metadata: z.record(z.string(), z.unknown()).optional(),
  refreshTokens: z
    .enum(['default', 'on', 'off'])
    .optional()
    .openapi({ description: 'Whether exchanges answer with a refresh token; default: as the environment says.' }),
  dpopRequired: z.boolean().optional().openapi({ description: 'Whether bearer JWTs must be bound to a key.' }),
}

const publicJwks = z.record(z.string(), z.unknown()).optional().openapi({
  description: 'A JWK or JWK Set of public keys by which the client proves itself (RFC 7523), instead of a secret.',
})

/** Body of `POST …/tokens`. */
export const issueBody = z
  .strictObject({
    context: z.enum(['user', 'tenant']).openapi({ description: 'Whom it acts for: you, or the account.' }),
    type: z.enum(['client_credentials', 'access_token']),
    name: z.string(),
    grant: grant.optional(),
    expiresIn: z.number().int().optional().openapi({ description: 'Seconds. Without any of the three: 90 days.' }),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    never: z.literal(true).optional(),
    publicJwks,
    ...editable,
  })
  .refine(
    ({ expiresIn, expiresAt, never }) => [expiresIn, expiresAt, never].filter((one) => one !== undefined).length <= 1,
    {
      path: ['expiresAt'],
      error: 'Say either expiresIn, expiresAt or never.',
    },
  )
  .refine(({ context, grant: given }) => context === 'user' || given !== undefined, {
    path: ['grant'],
    error: 'Say what a token of the account may do.',
  })
  .openapi('IssueToken')

/** Body of `PATCH …/tokens/{id}`: what is absent stays as it is. */
export const editBody = z
  .strictObject({ name: z.string().optional(), grant: grant.optional(), ...editable })
  .openapi('EditToken')

/** Body of `POST …/tokens/{id}/rotate`. */
export const rotateBody = z
  .strictObject({
    overlapSeconds: z.number().optional().openapi({ description: 'How long the former credential stays good.' }),
    publicJwks,
  })
  .openapi('RotateToken')

/** Body of `POST …/tokens/{id}/pause`. */
export const pauseBody = z.strictObject({ reason: z.string().optional() }).openapi('PauseToken')

/** Body of requests that say nothing more than their path. */
export const emptyBody = z.strictObject({}).openapi('Nothing')

const expiryOf = ({ expiresIn, expiresAt, never }: z.output<typeof issueBody>): IssueRequest['expiry'] => {
  if (never) return { kind: 'never' }
  if (expiresAt !== undefined) return { kind: 'at', numericDate: Math.floor(Date.parse(expiresAt) / 1000) }
  return { kind: 'after', seconds: expiresIn ?? DEFAULT_LIFETIME_SECONDS }
}

/** The use-case's request for a body; a personal token without a grant may do all its owner may do. */
export const toIssueRequest = (body: z.output<typeof issueBody>, idempotencyKey: string | undefined): IssueRequest => {
  const { grant: given, expiresIn: _in, expiresAt: _at, never: _never, refreshTokens, ...same } = body
  const grantOrOwner = given ?? { mode: 'owner' as const }
  return { ...same, grant: grantOrOwner, expiry: expiryOf(body), refreshMode: refreshTokens, idempotencyKey }
}

/** The use-case's request for an edit. */
export const toEditRequest = ({ refreshTokens, ...same }: z.output<typeof editBody>): EditRequest => ({
  ...same,
  refreshMode: refreshTokens,
})

const BODY_NAMES: Readonly<Record<string, string>> = { 'expiry.seconds': 'expiresIn', refreshMode: 'refreshTokens' }

const bodyName = (field: string): string => BODY_NAMES[field] ?? field.replace(/^expiry\b.*$/, 'expiresAt')

/** What a use-case refused, its fields under the names that the body uses. */
export const withBodyNames = async <Result>(run: Promise<Result>): Promise<Result> => {
  try {
    return await run
  } catch (thrown) {
    if (!isPortalError(thrown) || !thrown.fields) throw thrown
    const fields = Object.fromEntries(Object.entries(thrown.fields).map(([name, told]) => [bodyName(name), told]))
    const { code, detail, internal, subject, retryAfterSeconds, cause } = thrown
    throw new PortalError(code, {
      fields,
      cause,
      ...(detail === undefined ? {} : { detail }),
      ...(internal === undefined ? {} : { internal }),
      ...(subject === undefined ? {} : { subject }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    })
  }
}
