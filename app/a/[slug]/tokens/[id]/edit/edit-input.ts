import { z } from 'zod'
import { limitOf, linesOf } from '#app/a/[slug]/tokens/new/issue-input.ts'
import { checked, many } from '#app/form-input.ts'
import type { EditRequest } from '#lib/tokens/token-request.ts'

/** The form that changes a token, as it arrives. */
export const editInput = z.object({
  slug: z.string(),
  tokenId: z.string(),
  version: z.coerce.number(),
  name: z.string(),
  description: z.string(),
  grant: z.enum(['owner', 'permissions', 'keep']),
  permissions: many(z.string()),
  ipAllowlist: z.string(),
  requestsPerMinute: z.string(),
  // Only the form of a client has it, and the checkbox beside it.
  refreshMode: z.enum(['default', 'on', 'off']).optional(),
  dpopRequired: checked,
})

/** The form that changes a token, read. */
export type EditInput = z.output<typeof editInput>

const grantOf = ({ grant, permissions }: EditInput): EditRequest['grant'] => {
  if (grant === 'keep') return undefined
  return grant === 'owner' ? { mode: 'owner' } : { mode: 'permissions', permissions }
}

/** The change that the form stands for; "as it stands" leaves the grant alone. */
export const toEditRequest = (input: EditInput): EditRequest => ({
  name: input.name,
  description: input.description,
  grant: grantOf(input),
  ipAllowlist: linesOf(input.ipAllowlist),
  requestsPerMinute: limitOf(input.requestsPerMinute),
  ...(input.refreshMode ? { refreshMode: input.refreshMode, dpopRequired: input.dpopRequired } : {}),
})
