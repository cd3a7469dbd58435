'use client'

import { useActionState } from 'react'
import { problem } from '#components/form/form-view.ts'
import { CodeField } from '#components/sign-in/code-field.tsx'
import { FormError } from '#components/sign-in/form-error.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** MailCodeForm  action: signs in by the code of a mail. */

export const MailCodeForm = ({ action }: { readonly action: FormAction<never> }) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="You are not signed in" />
      <CodeField error={problem(state, 'code')} />
      <SubmitButton pendingLabel="Signing in…">Sign in</SubmitButton>
    </form>
  )
}
