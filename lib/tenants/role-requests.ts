import { z } from 'zod'
import { isPermissionKey, isPortalPermission } from '#lib/access/permission.ts'
import { NO_LEVEL } from '#lib/access/role.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { nameSchema } from '#lib/users/email.ts'

const ROLE_KEY = /^[a-z][a-z0-9_]{0,39}$/
const PERMISSIONS_MAX = 1000

const roleKey = z.string().regex(ROLE_KEY, 'Use lower-case letters, digits and _, at most 40, a letter first.')

const description = z
  .string()
  .trim()
  .max(LIMITS.descriptionLength, `Use at most ${LIMITS.descriptionLength} characters.`)
  .regex(/^[^\0]*$/, 'Leave out the NUL character.')

const permissionKey = z.string().refine(isPermissionKey, 'This is no permission key.')

/** What defining or editing a role takes; editing replaces all but the key. */
export const roleRequest = z.object({
  key: roleKey,
  name: nameSchema('Give the role a name.'),
  description: description.default(''),
  level: z
    .number()
    .int('Use a whole number.')
    .min(0)
    .max(NO_LEVEL - 1),
  permissions: z
    .array(permissionKey)
    .max(PERMISSIONS_MAX)
    .transform((keys) => [...new Set(keys)].sort()),
})

/** What deleting a role takes. */
export const deleteRoleRequest = z.object({ key: roleKey })

/** What adding a permission to the catalog takes. */
export const permissionRequest = z.object({
  key: permissionKey.refine((key) => !isPortalPermission(key), 'Keys that begin with “tenant.” belong to the portal.'),
  label: nameSchema('Give the permission a label.'),
  description: description.default(''),
  category: nameSchema('Give the permission a category.'),
})

/** What withdrawing a permission takes. */
export const withdrawPermissionRequest = z.object({ key: permissionKey })
