import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { NewSession } from '#lib/sign-in/session.ts'

/** Everything that the set-up of an environment makes at once. */
export type Setup = {
  /** NumericDate. */
  readonly at: number
  readonly user: { readonly id: string; readonly email: string; readonly name: string; readonly passwordDigest: string }
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string }
  /** The role of the first person in the tenant. */
  readonly roleKey: string
  /** The first person's browser; undefined when nobody sits before one. */
  readonly session: NewSession | undefined
  readonly events: readonly AuditEvent[]
}

/** The one-time set-up of the environment. */
export type SetupStore = {
  /** NumericDates of the environment's making and of its set-up, null before it. */
  state(): Promise<{ readonly createdAt: number; readonly doneAt: number | null }>
  /** Makes first operator, first tenant and membership, all or nothing; false if it was done before, by whomever. */
  setUp(setup: Setup): Promise<boolean>
}
