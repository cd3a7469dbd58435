import type { ErrorCode } from '#lib/errors/errors.ts'
import { type FieldErrors, PortalError } from '#lib/errors/portal-error.ts'

/** A decision against a request: its code, and what to say to the one who asked. */
export type Refusal = {
  readonly outcome: 'refused'
  readonly code: ErrorCode
  readonly detail?: string
  readonly fields?: FieldErrors
}

/** Decides against a request. */
export const refuse = (code: ErrorCode, said: Pick<Refusal, 'detail' | 'fields'> = {}): Refusal => ({
  outcome: 'refused',
  code,
  ...said,
})

/** Throws a refusal as the error that the doors render, and answers every other decision. */
export const unlessRefused = <Decision extends { readonly outcome: string }>(
  decision: Decision | Refusal,
): Exclude<Decision, Refusal> => {
  if (isRefusal(decision)) throw new PortalError(decision.code, decision)
  return decision as Exclude<Decision, Refusal>
}

const isRefusal = (decision: { readonly outcome: string }): decision is Refusal => decision.outcome === 'refused'
