/** Everything that is recorded: `noun.happened`. */
export type AuditEventType =
  | 'environment.set_up'
  | 'environment.settings_changed'
  | 'environment.restored'
  | 'tenant.created'
  | 'tenant.team_email_changed'
  | 'member.added'
  | 'member.roles_changed'
  | 'member.removed'
  | 'role.defined'
  | 'role.edited'
  | 'role.deleted'
  | 'permission.added'
  | 'permission.withdrawn'
  | 'user.created'
  | 'user.renamed'
  | 'user.mails_chosen'
  | 'user.calendar_made'
  | 'user.calendar_ended'
  | 'user.password_changed'
  | 'user.password_reset'
  | 'session.started'
  | 'session.refused'
  | 'session.ended'
  | 'session.all_ended'
  | 'mail_code.tried'
  | 'token.issued'
  | 'token.edited'
  | 'token.rotated'
  | 'token.rotation_finished'
  | 'token.rotation_extended'
  | 'token.rotation_cancelled'
  | 'token.paused'
  | 'token.resumed'
  | 'token.revoked'
  | 'token.leaked'
  | 'token.exchanged'
  | 'token.expiring'
  | 'token.new_place'
  | 'token.key_compromised'
  | 'credential.retired_used'
  | 'refresh_token.retry_refused'
  | 'refresh_token.theft'
  | 'refresh_token.revoked'
  | 'signing_key.published'
  | 'signing_key.activated'
  | 'signing_key.retired'
  | 'signing_key.removed'
  | 'signing_key.compromised'

/** Who did it: a person, the holder of a token, or Latchkey itself. */
export type AuditActor = {
  readonly kind: 'user' | 'token' | 'system' | 'anonymous'
  readonly id: string
  readonly name: string
}

/** One thing that happened; it commits with the state it tells of, and never holds a secret. */
export type AuditEvent = {
  /** `*` for events of the environment. */
  readonly tenantId: string
  /**
   * Grows with time, to the millisecond, for `at` alone does not tell which of one second's events came first; but for
   * what may be recorded once only: there it follows from what happened.
   */
  readonly id: string
  /** NumericDate. */
  readonly at: number
  readonly type: AuditEventType
  readonly actor: AuditActor
  readonly target: { readonly kind: string; readonly id: string; readonly name: string }
  readonly requestId: string
  readonly address: string | undefined
  readonly details: Readonly<Record<string, unknown>>
}

/** The tenant id under which events of the environment stand. */
export const ENVIRONMENT_SCOPE = '*'
