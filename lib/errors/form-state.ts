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
  /** Id of the object the refusal is about: of the token that a repeated request has made before. */
  readonly subject?: string
}

/** What a form's inputs held, by name; passwords and other secrets are left out. */
export type FormValues = Readonly<Record<string, readonly string[]>>

/** Where a form stands: not sent yet, refused with what was typed, or done with the use-case's answer. */
export type FormState<Answer = undefined> =
  | { readonly status: 'new' }
  | { readonly status: 'refused'; readonly failure: FormFailure; readonly values: FormValues }
  | { readonly status: 'done'; readonly answer: Answer }

/** What stands behind a form; an Answer of never: it leads elsewhere when it is done. */
export type FormAction<Answer = undefined> = (state: FormState<Answer>, form: FormData) => Promise<FormState<Answer>>

/** Renders a refusal for the form that caused it. Never shows `internal`. */
export const toFormFailure = (error: PortalError, requestId: string): FormFailure => ({
  code: error.code,
  message: error.detail ?? errorEntry(error.code).message,
  fields: error.fields ?? {},
  requestId,
  ...(error.subject === undefined ? {} : { subject: error.subject }),
})
