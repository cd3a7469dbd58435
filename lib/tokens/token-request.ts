import { z } from 'zod'
import { isPermissionKey } from '#lib/access/permission.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { isPlainLine, isVisible } from '#lib/config/plain-line.ts'
import { publicKeySet } from '#lib/keys/public-key-set.ts'
import { canonicalRange } from '#lib/policy/ip-allowlist.ts'

const name = z
  .string({ error: 'Give the token a name.' })
  .trim()
  .min(1, 'Give the token a name.')
  .max(LIMITS.nameLength, `Use at most ${LIMITS.nameLength} characters.`)
  .refine(isPlainLine, 'Use a name on one line, without control characters.')
  .refine((text) => text === '' || isVisible(text), 'Give the token a name that can be seen.')

const description = z
  .string()
  .trim()
  .max(LIMITS.descriptionLength, `Use at most ${LIMITS.descriptionLength} characters.`)
  .refine((text) => !text.includes('\0'), 'Leave out the NUL character.')

const GRANTED_MAX = 500

const grant = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('owner') }),
  z.object({
    mode: z.literal('permissions'),
    permissions: z
      .array(z.string().refine(isPermissionKey, 'This is no permission key.'))
      .min(1, 'Choose at least one permission.')
      .max(GRANTED_MAX, `Choose at most ${GRANTED_MAX} permissions.`)
      .transform((keys) => [...new Set(keys)].sort()),
  }),
  z.object({
    mode: z.literal('roles'),
    roles: z
      .array(z.string().min(1).max(LIMITS.nameLength))
      .min(1, 'Choose at least one role.')
      .max(GRANTED_MAX)
      .transform((keys) => [...new Set(keys)].sort()),
  }),
])

// 9999-12-31: the last day that RFC 3339 can write.
const LAST_NUMERIC_DATE = 253_402_300_799

/** When a token shall end; what the policy allows is for `decideLifetime` to say. */
export const expiry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('after'),
    seconds: z
      .number()
      .int('Use whole seconds.')
      .positive('Choose a moment to come.')
      .max(LAST_NUMERIC_DATE / 10),
  }),
  z.object({ kind: z.literal('at'), numericDate: z.number('Choose a date.').int().max(LAST_NUMERIC_DATE) }),
  z.object({ kind: z.literal('never') }),
])

const allowlistEntry = z.string().transform((text, context) => {
  const range = canonicalRange(text)
  if (range !== undefined) return range
  context.addIssue({ code: 'custom', message: `“${text.trim()}” is no IP address or CIDR range.` })
  return z.NEVER
})

const ipAllowlist = z
  .array(allowlistEntry)
  .max(LIMITS.allowlistEntries, `List at most ${LIMITS.allowlistEntries} addresses or ranges.`)
  .transform((ranges) => [...new Set(ranges)])

const METADATA_DEPTH = 16

const isShallow = (value: unknown, depth = METADATA_DEPTH): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1)))

const metadata = z
  .record(z.string(), z.unknown())
  // First: writing JSON of a deep object overflows the stack.
  .refine((object) => isShallow(object), { error: `Use at most ${METADATA_DEPTH} levels.`, abort: true })
  .refine(
    (object) => Buffer.byteLength(JSON.stringify(object)) <= LIMITS.metadataBytes,
    `Use at most ${LIMITS.metadataBytes} bytes of JSON.`,
  )
  .refine((object) => !JSON.stringify(object).includes('\\u0000'), 'Leave out the NUL character.')

/** Makes a repeated request recognisable: 1 to 255 visible ASCII characters. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'Use 1 to 255 visible ASCII characters.')
  .optional()

const A_LIMIT = `Use a whole number from 1 to ${LIMITS.requestsPerMinute.toLocaleString('en')}.`

const refreshMode = z.enum(['default', 'on', 'off'], 'Choose whether it gets refresh tokens.')

const requestsPerMinute = z
  .number(A_LIMIT)
  .int(A_LIMIT)
  .min(1, A_LIMIT)
  .max(LIMITS.requestsPerMinute, A_LIMIT)
  // Null: no limit.
  .nullable()

/** What is said of a field that only clients of the token endpoint have. */
export const CLIENTS_ONLY = 'Only client credentials have this.'

/** What issuing a token takes; grant and expiry have no default here, as each door words its own. */
export const issueRequest = z
  .object({
    context: z.enum(['user', 'tenant'], 'Choose whom the token acts for.'),
    type: z.enum(['client_credentials', 'access_token'], 'Choose how the token is used.'),
    name,
    description: description.default(''),
    grant,
    expiry,
    ipAllowlist: ipAllowlist.default([]),
    metadata: metadata.default({}),
    // Its client proves itself by these keys, and there is no secret.
    publicJwks: publicKeySet.optional(),
    refreshMode: refreshMode.default('default'),
    dpopRequired: z.boolean().default(false),
    requestsPerMinute: requestsPerMinute.default(null),
    idempotencyKey,
  })
  .superRefine(({ type, publicJwks, refreshMode: refresh, dpopRequired }, context) => {
    if (type === 'client_credentials') return
    const refuse = (field: string) => context.addIssue({ code: 'custom', path: [field], message: CLIENTS_ONLY })
    if (publicJwks) refuse('publicJwks')
    if (refresh !== 'default') refuse('refreshMode')
    if (dpopRequired) refuse('dpopRequired')
  })

/** What editing a token takes: what is absent stays as it is. */
export const editRequest = z.object({
  name: name.optional(),
  description: description.optional(),
  grant: grant.optional(),
  ipAllowlist: ipAllowlist.optional(),
  metadata: metadata.optional(),
  refreshMode: refreshMode.optional(),
  dpopRequired: z.boolean().optional(),
  requestsPerMinute: requestsPerMinute.optional(),
})

/** Why a token is paused: free text, as long as a description. */
export const pauseRequest = z.object({ reason: description })

/** A request for a token, before it is checked. */
export type IssueRequest = z.input<typeof issueRequest>
/** A request to change a token, before it is checked. */
export type EditRequest = z.input<typeof editRequest>
/** A checked request for a token. */
export type CheckedIssueRequest = z.output<typeof issueRequest>
/** A checked request to change a token. */
export type CheckedEditRequest = z.output<typeof editRequest>
