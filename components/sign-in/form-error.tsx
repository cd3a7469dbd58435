import { summary } from '#components/form/form-view.ts'
import { ErrorSummary } from '#components/ui/alert.tsx'
import type { FormState } from '#lib/errors/form-state.ts'

/** FormError  state (of useActionState), title: what did not happen. Links to the fields, or says the one sentence. */

export const FormError = ({ state, title }: { readonly state: FormState<unknown>; readonly title: string }) => {
  const said = summary(state)
  if (!said) return null
  const { message, errors, requestId } = said
  return (
    <ErrorSummary
      title={title}
      message={errors.length > 0 ? undefined : message}
      errors={errors}
      requestId={requestId}
    />
  )
}
