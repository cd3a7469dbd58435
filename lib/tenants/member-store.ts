import type { RightsVersions } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Member } from '#lib/tenants/member.ts'

/** What every change of a membership carries: the rights it stood on, and its record. */
export type MemberChange = { readonly versions: RightsVersions; readonly event: AuditEvent }

/** Which members of a tenant to list, in the order of their e-mail addresses. */
export type MemberQuery = {
  readonly tenantId: string
  readonly limit: number
  /** Continue after this address. */
  readonly afterEmail?: string
}

/** A membership to be made; `newUser` makes the person with it. */
export type NewMember = {
  readonly userId: string
  readonly roleKeys: readonly string[]
  readonly newUser: { readonly email: string; readonly name: string; readonly event: AuditEvent } | undefined
}

/**
 * A change that must leave somebody strong: after it, at least one person who is not disabled still holds one of
 * `guardedRoleKeys`, or `member.last_owner` is thrown and nothing was written.
 */
type Guarded = { readonly userId: string; readonly guardedRoleKeys: readonly string[] }

/** New roles of a member, in place of all they have. */
export type NewRoles = Guarded & { readonly roleKeys: readonly string[] }

/** A membership to be ended, with all personal tokens that are not revoked and the record of each. */
export type EndedMembership = Guarded & {
  readonly tokens: readonly { readonly id: string; readonly event: AuditEvent }[]
}

/**
 * Who belongs to which tenant. Changes are all or nothing with their audit events and their row in the change feed,
 * and move the tenant's rights on; each throws StaleDecision if rights, people or tokens changed since the decision.
 */
export type MemberStore = {
  list(query: MemberQuery): Promise<readonly Member[]>
  /** Disabled people are members too. */
  find(tenantId: string, userId: string): Promise<Member | undefined>
  /** The person with this address, lower-cased, in whatever tenant. */
  userByEmail(email: string): Promise<{ readonly userId: string; readonly name: string } | undefined>
  /** Whether anybody but this person, not disabled, holds one of these roles in the tenant. */
  anotherHolds(tenantId: string, userId: string, roleKeys: readonly string[]): Promise<boolean>
  /** The personal tokens of a member that are not revoked; those that have expired are among them. */
  unrevokedTokens(
    tenantId: string,
    userId: string,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly expiresAt: number | null }[]>
  add(added: NewMember, change: MemberChange): Promise<void>
  changeRoles(changed: NewRoles, change: MemberChange): Promise<void>
  remove(ended: EndedMembership, change: MemberChange): Promise<void>
}
