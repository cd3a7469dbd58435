import { type ErrorCode, errorEntry } from '#lib/errors/errors.ts'
import type { FieldErrors, PortalError } from '#lib/errors/portal-error.ts'

/** What a form is shown after a refused submission. */
export type FormFailure = {
  readonly code: ErrorCode
  /** One sentence for the top of the form. */
  readonly message: string
  readonly fields: FieldErrors
  /** To quote when asking for help. */
  readonly requestId: string
}

/** Renders a refusal for the form that caused it. Never shows `internal`. */
export const toFormFailure = (error: PortalError, requestId: string): FormFailure => ({
  code: error.code,
  message: error.detail ?? errorEntry(error.code).message,
  fields: error.fields ?? {},
  requestId,
})
