import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { MailChallenge, MailPurpose } from '#lib/sign-in/mail-challenge.ts'

/** Mailed links and codes. A challenge is alive until it is used, too old, or met its last wrong code. */
export type ChallengeStore = {
  create(challenge: MailChallenge): Promise<void>
  /** The live challenge under one of these digests of its link. */
  byLink(linkDigests: readonly string[], now: number): Promise<MailChallenge | undefined>
  /**
   * The live challenge of the browser under one of these digests, after counting one failure in it: before the code is
   * looked at, so that many at once get no more tries. The event is recorded whether there is one or not.
   */
  tryCode(attempt: {
    readonly browserDigests: readonly string[]
    readonly purpose: MailPurpose
    readonly now: number
    readonly event: AuditEvent
  }): Promise<MailChallenge | undefined>
  /** Deletes challenges that ended before a NumericDate. */
  purge(before: number): Promise<void>
}
