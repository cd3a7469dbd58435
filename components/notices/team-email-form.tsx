'use client'

import { useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'

/** TeamEmailForm  action (answers the address, undefined for none), slug, teamEmail: the present one. */

export type TeamEmailFormProps = {
  readonly action: FormAction<{ readonly teamEmail: string | undefined }>
  readonly slug: string
  readonly teamEmail: string | undefined
}

export const TeamEmailForm = ({ action, slug, teamEmail }: TeamEmailFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid max-w-md gap-4">
      <FormError state={state} title="The team address was not changed" />
      {state.status === 'done' && (
        <Alert tone="success" live>
          {state.answer.teamEmail === undefined
            ? 'No team address gets mails any more.'
            : `Mails go to ${state.answer.teamEmail} as well.`}
        </Alert>
      )}
      <input type="hidden" name="slug" value={slug} />
      <TextField
        name="teamEmail"
        type="email"
        label="E-mail address"
        autoComplete="off"
        maxLength={LIMITS.emailLength}
        hint="A mailbox that several people read. Leave it empty for none."
        defaultValue={typed(state, 'teamEmail', state.status === 'done' ? state.answer.teamEmail : teamEmail)}
        error={problem(state, 'teamEmail')}
      />
      <SubmitButton variant="secondary" className="justify-self-start">
        Save address
      </SubmitButton>
    </form>
  )
}
