import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { User } from '#lib/users/user.ts'

/** An account that a person belongs to, as links show it. */
export type AccountLink = { readonly slug: string; readonly name: string }

/** People, as sign-in and profile read and write them. */
export type UserStore = {
  /** By lower-cased e-mail; disabled people too. */
  byEmail(email: string): Promise<User | undefined>
  byId(id: string): Promise<User | undefined>
  /** The accounts a person belongs to, by name, at most 200. */
  accountsOf(userId: string): Promise<readonly AccountLink[]>
  /** Gives an enabled person another name; false when there is no such person. Tells the change feed. */
  rename(change: {
    readonly userId: string
    readonly name: string
    readonly at: number
    readonly event: AuditEvent
  }): Promise<boolean>
}
