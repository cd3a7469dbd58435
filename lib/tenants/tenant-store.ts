import type { AuditEvent } from '#lib/audit/audit-event.ts'

/** A tenant to be made, with the operator who makes it as its first member. */
export type NewTenant = {
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string }
  readonly operatorId: string
  readonly roleKey: string
  /** NumericDate. */
  readonly at: number
  readonly events: readonly AuditEvent[]
}

/**
 * Where tenants are made. `not_operator`: the person is no operator (any more), or disabled; `slug_taken`: another
 * tenant has this slug. Nothing is written then.
 */
export type TenantStore = {
  create(created: NewTenant): Promise<'created' | 'not_operator' | 'slug_taken'>
}
