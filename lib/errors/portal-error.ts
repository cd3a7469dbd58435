import type { ErrorCode } from '#lib/errors/errors.ts'

/** What may be wrong with single inputs: the input's name, then the sentences to show beside it. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>

type PortalErrorOptions = {
  /** A sentence for the one who asked; takes the place of the code's own message. Never a secret. */
  readonly detail?: string
  readonly fields?: FieldErrors
  /** For the log alone; no renderer shows it. */
  readonly internal?: string
  /** Seconds after which asking again makes sense (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number
  /** Id of the object the refusal is about, where the asker may know it. */
  readonly subject?: string
  readonly cause?: unknown
}

const BRAND = Symbol.for('latchkey.portal-error')

/** A refusal with a code of the one error table; use-cases throw it, three renderers show it. */
export class PortalError extends Error {
  readonly [BRAND] = true
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly fields: FieldErrors | undefined
  readonly internal: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly subject: string | undefined

  constructor(
    code: ErrorCode,
    { detail, fields, internal, retryAfterSeconds, subject, cause }: PortalErrorOptions = {},
  ) {
    super(code, cause === undefined ? undefined : { cause })
    this.name = 'PortalError'
    this.code = code
    this.detail = detail
    this.fields = fields
    this.internal = internal
    this.retryAfterSeconds = retryAfterSeconds
    this.subject = subject
  }
}

/** Whether a thrown thing is a PortalError, also one made by another copy of this module (Next bundles its own). */
export const isPortalError = (thrown: unknown): thrown is PortalError =>
  typeof thrown === 'object' && thrown !== null && BRAND in thrown
