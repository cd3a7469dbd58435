import { z } from '@hono/zod-openapi'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { ExtensionRequest } from '#lib/tokens/decide-extension.ts'
import type { RotateRequest } from '#lib/tokens/rotate-token.ts'
import type { EditRequest, IssueRequest } from '#lib/tokens/token-request.ts'

const DEFAULT_EXPIRY = { kind: 'after', seconds: 90 * DAY_SECONDS } as const

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
  requestsPerMinute: z.number().nullable().optional().openapi({
    description: 'How many requests a minute its credentials may send together; null: no limit of its own.',
  }),
}

const publicJwks = z.record(z.string(), z.unknown()).optional().openapi({
  description: 'A JWK or JWK Set of public keys by which the client proves itself (RFC 7523), instead of a secret.',
})

const ends = (otherwise: string) => ({
  expiresIn: z
    .number()
    .int()
    .optional()
    .openapi({ description: `Seconds. Without any of the three: ${otherwise}.` }),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  never: z.literal(true).optional(),
})

type Ends = {
  readonly expiresIn?: number | undefined
  readonly expiresAt?: string | undefined
  readonly never?: true | undefined
}

const isOneEnd = ({ expiresIn, expiresAt, never }: Ends): boolean =>
  [expiresIn, expiresAt, never].filter((one) => one !== undefined).length <= 1

const ONE_END = { path: ['expiresAt'], error: 'Say either expiresIn, expiresAt or never.' }

/** Body of `POST …/tokens`. */
export const issueBody = z
  .strictObject({
    context: z.enum(['user', 'tenant']).openapi({ description: 'Whom it acts for: you, or the account.' }),
    type: z.enum(['client_credentials', 'access_token']),
    name: z.string(),
    grant: grant.optional(),
    ...ends('90 days'),
    publicJwks,
    ...editable,
  })
  .refine(isOneEnd, ONE_END)
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
    overlapSeconds: z.number().optional().openapi({
      description: 'How long the former credential stays good: up to 30 days, a day without it, 0 when it leaked.',
    }),
    ...ends('the token ends when it would have ended'),
    publicJwks,
    replaces: z
      .string()
      .optional()
      .openapi({ description: 'Id of the credential that is meant; refused when another is current by now.' }),
  })
  .refine(isOneEnd, ONE_END)
  .openapi('RotateToken')

const rotationId = z
  .string()
  .optional()
  .openapi({ description: 'The rotation that is meant, as `rotation.id` names it; refused when it is over.' })

/** Body of `POST …/tokens/{id}/rotation/finish` and `/cancel`. */
export const rotationBody = z.strictObject({ rotationId }).openapi('Rotation')

/** Body of `POST …/tokens/{id}/rotation/extend`. */
export const extendBody = z
  .strictObject({
    overlapSeconds: z.number().optional().openapi({ description: 'Counted from the rotation.' }),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    rotationId,
  })
  .refine(({ overlapSeconds, endsAt }) => (overlapSeconds === undefined) !== (endsAt === undefined), {
    path: ['endsAt'],
    error: 'Say either overlapSeconds or endsAt.',
  })
  .openapi('ExtendRotation')

/** Body of `POST …/tokens/{id}/pause`. */
export const pauseBody = z.strictObject({ reason: z.string().optional() }).openapi('PauseToken')

/** Body of requests that say nothing more than their path. */
export const emptyBody = z.strictObject({}).openapi('Nothing')

const numericDateOf = (rfc3339: string): number => Math.floor(Date.parse(rfc3339) / 1000)

const expiryOf = ({ expiresIn, expiresAt, never }: Ends): IssueRequest['expiry'] | undefined => {
  if (never) return { kind: 'never' }
  if (expiresAt !== undefined) return { kind: 'at', numericDate: numericDateOf(expiresAt) }
  return expiresIn === undefined ? undefined : { kind: 'after', seconds: expiresIn }
}

/** The use-case's request for a body; a personal token without a grant may do all its owner may do. */
export const toIssueRequest = (body: z.output<typeof issueBody>, idempotencyKey: string | undefined): IssueRequest => {
  const { grant: given, expiresIn: _in, expiresAt: _at, never: _never, refreshTokens, ...same } = body
  const grantOrOwner = given ?? { mode: 'owner' as const }
  const ending = expiryOf(body) ?? DEFAULT_EXPIRY
  return { ...same, grant: grantOrOwner, expiry: ending, refreshMode: refreshTokens, idempotencyKey }
}

/** The use-case's request for a rotation. */
export const toRotateRequest = (
  { overlapSeconds, publicJwks: keys, replaces, ...ending }: z.output<typeof rotateBody>,
  idempotencyKey: string | undefined,
): RotateRequest => ({ overlapSeconds, publicJwks: keys, replaces, expiry: expiryOf(ending), idempotencyKey })

/** The use-case's request for a longer overlap; the schema lets one of the two through. */
export const toExtensionRequest = ({ overlapSeconds, endsAt }: z.output<typeof extendBody>): ExtensionRequest =>
  endsAt === undefined
    ? { kind: 'after', seconds: overlapSeconds ?? Number.NaN }
    : { kind: 'at', numericDate: numericDateOf(endsAt) }

/** The use-case's request for an edit. */
export const toEditRequest = ({ refreshTokens, ...same }: z.output<typeof editBody>): EditRequest => ({
  ...same,
  refreshMode: refreshTokens,
})

const BODY_NAMES: Readonly<Record<string, string>> = {
  'expiry.seconds': 'expiresIn',
  refreshMode: 'refreshTokens',
  seconds: 'overlapSeconds',
  numericDate: 'endsAt',
}

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
