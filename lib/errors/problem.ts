import { errorEntry } from '#lib/errors/errors.ts'
import type { FieldErrors, PortalError } from '#lib/errors/portal-error.ts'

/** A problem document (RFC 9457 §3) with our members: `code`, `requestId` and, for wrong inputs, `fields`. */
export type Problem = {
  /** Absolute URL of the page that explains the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly fields?: FieldErrors
  /** Id of the object the refusal is about. */
  readonly subject?: string
}

/** Renders a refusal as a problem document; `issuer` is the portal's own URL. Never shows `internal` nor a cause. */
export const toProblem = (
  error: PortalError,
  { issuer, requestId }: { issuer: string; requestId: string },
): Problem => {
  const { status, title, message } = errorEntry(error.code)
  return {
    type: `${issuer}/errors/${error.code}`,
    title,
    status,
    detail: error.detail ?? message,
    code: error.code,
    requestId,
    ...(error.fields ? { fields: error.fields } : {}),
    ...(error.subject === undefined ? {} : { subject: error.subject }),
  }
}
