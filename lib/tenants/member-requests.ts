import { z } from 'zod'
import { LIMITS } from '#lib/config/limits.ts'
import { emailSchema } from '#lib/users/email.ts'

const ROLES_MAX = 20

// Visible ASCII: the engines differ on NUL, and no id or key of ours holds anything else.
const KEY = /^[\x21-\x7e]{1,100}$/
const key = z.string().regex(KEY, 'This is no id or key of ours.')

/** Whether a text can be the id of a member at all; what stands in a URL need not. */
export const isMemberId = (text: string): boolean => KEY.test(text)

const roleKeys = z
  .array(key, { error: 'Choose a role.' })
  .min(1, 'Choose a role.')
  .max(ROLES_MAX, `Choose at most ${ROLES_MAX} roles.`)
  .transform((keys) => [...new Set(keys)].sort())

/** What adding a member takes. */
export const addMemberRequest = z.object({ email: emailSchema, roleKeys })

/** What changing a member's roles takes: the roles they shall have, all of them. */
export const changeMemberRolesRequest = z.object({ userId: key, roleKeys })

/** What removing a member takes. */
export const removeMemberRequest = z.object({ userId: key })

/** What listing members takes. */
export const listMembersRequest = z.object({
  limit: z.number().int().min(1).max(LIMITS.pageSizeMax).default(LIMITS.pageSizeMax),
  /** Continue after this address. */
  after: z
    .string()
    .regex(/^[^\0]*$/, 'Leave out the NUL character.')
    .max(LIMITS.emailLength)
    .optional(),
})
