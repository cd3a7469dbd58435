import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import { type Permission, portalPermissions } from '#lib/access/permission.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Role } from '#lib/access/role.ts'
import type { TokenPolicy } from '#lib/access/token-policy.ts'
import type { TokenContext } from '#lib/tokens/token.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'

/** What a person may choose from when they make or change a token, and the words of what tokens hold. */
export type TokenOptions = {
  readonly policy: TokenPolicy
  /** NumericDate since when no token is good here; null: tokens work. */
  readonly m2mOffAt: number | null
  /** Contexts in which the person may issue; tenant tokens still ask for a fresh sign-in. */
  readonly contexts: readonly TokenContext[]
  /** Single permissions the person may grant, by context, in the order of the catalog. */
  readonly grantable: Readonly<Record<TokenContext, readonly Permission[]>>
  /** How many permissions exist for this tenant that the person does not hold. */
  readonly notHeld: number
  /** Everything there is to name, portal permissions last. */
  readonly catalog: readonly Permission[]
  readonly roles: readonly Pick<Role, 'key' | 'name'>[]
}

const contextsOf = ({ rights, tenant }: Acting): readonly TokenContext[] => [
  ...(tenant.policy.personalTokens ? (['user'] as const) : []),
  ...(rights.permissions.has(MANAGE_TOKENS) ? (['tenant'] as const) : []),
]

/** What stands on the forms for tokens; pure. */
export const optionsOf = (acting: Acting): TokenOptions => {
  const { environment, tenant, rights } = acting
  const usable = environment.catalog.filter(({ key }) => tenant.ceiling?.has(key) ?? true)
  const held = usable.filter(({ key }) => rights.permissions.has(key))
  const portal = portalPermissions.filter(({ key }) => rights.permissions.has(key))
  return {
    policy: tenant.policy,
    m2mOffAt: environment.m2mOffAt ?? tenant.m2mOffAt,
    contexts: contextsOf(acting),
    grantable: {
      user: tenant.policy.portalPermissionsInPersonalTokens ? [...held, ...portal] : held,
      tenant: [...held, ...portal],
    },
    notHeld: usable.length - held.length,
    catalog: [...environment.catalog, ...portalPermissions],
    roles: rolesFor(environment, tenant).map(({ key, name }) => ({ key, name })),
  }
}

/** What the principal may choose from now; issuing and editing decide for themselves. `resource.not_found`. */
export const tokenOptions =
  (ports: { readonly accessStore: AccessStore }) =>
  async (principal: Principal): Promise<TokenOptions> =>
    optionsOf(await readActing(ports, principal))
