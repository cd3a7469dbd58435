import { z } from 'zod'
import { checked, many } from '#app/form-input.ts'
import { endOfDay } from '#components/tokens/expiry-choices.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

const text = z.string().default('')

/** The form for a new token as it arrives: texts only. What they have to be, the use-case says. */
export const issueInput = z.object({
  slug: z.string(),
  idempotencyKey: z.string().optional(),
  context: text,
  type: text,
  name: text,
  description: text,
  grant: text,
  permissions: many(z.string()),
  expiry: text,
  expiryDate: text,
  ipAllowlist: text,
  proof: text,
  publicJwks: text,
  refreshMode: text,
  dpopRequired: checked,
  requestsPerMinute: text,
})

/** The form for a new token, read. */
export type IssueInput = z.output<typeof issueInput>

/** The lines of a text that hold something. */
export const linesOf = (typed: string): string[] =>
  typed
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** The limit that a form chose: null for none, NaN for what is no number of decimal digits. */
export const limitOf = (typed: string): number | null => {
  const digits = typed.trim()
  return digits === '' ? null : Number(/^\d+$/.test(digits) ? digits : Number.NaN)
}

/** The end that a form chose: a number of seconds, a date, or never. */
export const expiryOf = ({ expiry, expiryDate }: Pick<IssueInput, 'expiry' | 'expiryDate'>): IssueRequest['expiry'] => {
  if (expiry === 'never') return { kind: 'never' }
  if (expiry === 'at') return { kind: 'at', numericDate: endOfDay(expiryDate) }
  return { kind: 'after', seconds: Number(expiry || Number.NaN) }
}

const grantOf = (
  { context, grant, permissions }: IssueInput,
  accountOnly: ReadonlySet<string>,
): IssueRequest['grant'] => {
  if (context !== 'tenant' && grant === 'owner') return { mode: 'owner' }
  // What only the account's tokens may hold is out of sight for a personal one, ticked or not.
  return {
    mode: 'permissions',
    permissions: permissions.filter((key) => context === 'tenant' || !accountOnly.has(key)),
  }
}

// Out of sight for an access token, whatever was chosen before.
const clientOf = ({ type, proof, publicJwks, refreshMode, dpopRequired }: IssueInput) => {
  if (type !== 'client_credentials') return {}
  return {
    ...(proof === 'key' ? { publicJwks } : {}),
    refreshMode: (refreshMode || undefined) as IssueRequest['refreshMode'],
    dpopRequired,
  }
}

/** The request that a filled form stands for; values that no request may have are left for the use-case to refuse. */
export const toIssueRequest = (input: IssueInput, accountOnly: ReadonlySet<string>): IssueRequest => ({
  // The use-case refuses what is neither, beside the field.
  context: input.context as IssueRequest['context'],
  type: input.type as IssueRequest['type'],
  name: input.name,
  description: input.description,
  grant: grantOf(input, accountOnly),
  expiry: expiryOf(input),
  ipAllowlist: linesOf(input.ipAllowlist),
  requestsPerMinute: limitOf(input.requestsPerMinute),
  ...clientOf(input),
  idempotencyKey: input.idempotencyKey,
})
