import type { Acting } from '#lib/access/acting.ts'
import { refusalOfRole } from '#lib/access/grantable-roles.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import type { Role } from '#lib/access/role.ts'
import { type Refusal, refuse } from '#lib/tenants/refusal.ts'

/** The roles that were named and may be given, or why not. */
export type RolesDecision = { readonly outcome: 'given'; readonly roles: readonly Role[] } | Refusal

const SENTENCES = {
  'access.too_strong': (name: string) => `${name} is stronger than your own role.`,
  'access.exceeds_own': (name: string) => `${name} allows more than your own role does.`,
} as const

/**
 * Whether the acting person may give these roles to somebody; `kept` are those the member has already, which nobody
 * gives anew. Nobody gives what they do not hold (rule 2). Pure.
 */
export const decideRoles = (
  { environment, tenant, rights }: Pick<Acting, 'environment' | 'tenant' | 'rights'>,
  roleKeys: readonly string[],
  kept: readonly string[] = [],
): RolesDecision => {
  const roles = rolesFor(environment, tenant).filter(({ key }) => roleKeys.includes(key))
  if (roles.length === 0 || roleKeys.some((key) => !roles.some((role) => role.key === key)))
    return refuse('request.invalid', { fields: { roleKeys: ['Choose a role from the list.'] } })
  for (const role of roles.filter(({ key }) => !kept.includes(key))) {
    const code = refusalOfRole(rights, role)
    if (code !== undefined) {
      const detail = SENTENCES[code](role.name)
      return refuse(code, { detail, fields: { roleKeys: [detail] } })
    }
  }
  return { outcome: 'given', roles }
}
