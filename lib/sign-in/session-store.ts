import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { NewSession, Session } from '#lib/sign-in/session.ts'

/** Everything that commits when a person has proved who they are; all of it or nothing. */
export type SessionStart = {
  readonly session: NewSession
  /** NumericDate of the write. */
  readonly at: number
  /** The version of the person on which the proof stood: a new password or a disabled person undoes it. */
  readonly userVersion: number
  /** Sessions that end with it: every one of the person, or those of the browser's own former cookie. */
  readonly ends: 'all' | { readonly digests: readonly string[] }
  /** The mailed challenge that this uses up. */
  readonly challengeId?: string
  /** PHC text that becomes the person's password. */
  readonly passwordDigest?: string
  readonly events: readonly AuditEvent[]
}

/** A session with the person it belongs to. */
export type OpenSession = {
  readonly session: Session
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
}

/** Sessions, looked up on each request. */
export type SessionStore = {
  /** The session under one of these digests that nobody ended, of an enabled person; its lifetimes are not judged. */
  find(digests: readonly string[]): Promise<OpenSession | undefined>
  /** Writes "last seen" unless a later moment is written already. */
  touch(sessionId: string, userId: string, at: number): Promise<void>
  /** `person` when the person changed or is disabled, `challenge` when the challenge is used or too old: nothing done. */
  start(start: SessionStart): Promise<'started' | 'person' | 'challenge'>
  /** Ends one session of a person, or all but one, and records the event; answers how many it ended. */
  end(ending: {
    readonly userId: string
    readonly which: { readonly id: string } | { readonly allBut: string | undefined }
    readonly at: number
    readonly event: AuditEvent
  }): Promise<number>
  /** Sessions that nobody ended and that do not expire before `now`, newest sign-in first, at most 100. */
  list(userId: string, now: number): Promise<readonly Session[]>
  /** Deletes sessions that were ended, or expired, before a NumericDate. */
  purge(before: number): Promise<void>
  /** Records a refused sign-in. */
  recordRefusal(event: AuditEvent): Promise<void>
}
