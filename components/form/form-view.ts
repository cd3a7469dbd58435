import type { FieldProblem } from '#components/ui/alert.tsx'
import type { FormState } from '#lib/errors/form-state.ts'

/**
 * How a form shows a FormState (of `useActionState`).
 *
 * problem(state, name)        the sentence for one field, for `error`.
 * typed(state, name, first?)  what the field held when it was refused, else `first`: for `defaultValue` (React empties
 *                             forms after an action, so that defaults must come from the answer).
 * typedMany(state, name, first?)  the same for checkboxes and repeated inputs.
 * summary(state)              the props of <ErrorSummary> but its title: undefined when nothing was refused.
 */

type Refusable = FormState<unknown>

export const problem = (state: Refusable, name: string): string | undefined =>
  state.status === 'refused' ? state.failure.fields[name]?.join(' ') : undefined

export const typedMany = (state: Refusable, name: string, first: readonly string[] = []): readonly string[] =>
  state.status === 'refused' ? (state.values[name] ?? []) : first

export const typed = (state: Refusable, name: string, first = ''): string =>
  state.status === 'refused' ? (state.values[name]?.[0] ?? '') : first

export type Summary = {
  readonly message: string
  readonly errors: readonly FieldProblem[]
  readonly requestId: string | undefined
}

export const summary = (state: Refusable): Summary | undefined => {
  if (state.status !== 'refused') return undefined
  const { code, message, fields, requestId } = state.failure
  return {
    message,
    errors: Object.entries(fields).map(([field, sentences]) => ({ field, message: sentences.join(' ') })),
    // Only where somebody has to look into the log does the id help.
    requestId: code === 'server.internal' || code === 'store.unavailable' ? requestId : undefined,
  }
}
