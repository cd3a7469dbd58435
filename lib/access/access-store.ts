import type { Permission } from '#lib/access/permission.ts'
import type { Role } from '#lib/access/role.ts'
import type { TokenPolicy } from '#lib/access/token-policy.ts'

/** The environment's part of every decision about rights. */
export type EnvironmentAccess = {
  readonly rightsVersion: number
  /** Permissions that are not withdrawn, in the order of the catalog; portal permissions are not among them. */
  readonly catalog: readonly Permission[]
  readonly roles: readonly Role[]
  /** NumericDate since when no token is good anywhere; null: tokens work. */
  readonly m2mOffAt: number | null
}

/** A tenant's part of every decision about rights. */
export type TenantAccess = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly rightsVersion: number
  readonly policy: TokenPolicy
  /** The only permissions usable in this tenant; undefined: all. */
  readonly ceiling: ReadonlySet<string> | undefined
  /** Roles of this tenant alone. */
  readonly roles: readonly Role[]
  readonly m2mOffAt: number | null
}

/** A person in a tenant. */
export type MemberAccess = {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly roleKeys: readonly string[]
}

/** What decisions about rights read. Each method answers committed state, newest at the time of the call. */
export type AccessStore = {
  environment(): Promise<EnvironmentAccess>
  tenant(tenantId: string): Promise<TenantAccess | undefined>
  tenantBySlug(slug: string): Promise<TenantAccess | undefined>
  /** Undefined for those who are no member, and for disabled people. */
  member(tenantId: string, userId: string): Promise<MemberAccess | undefined>
}
