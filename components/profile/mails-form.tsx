'use client'

import { useActionState } from 'react'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { CheckMark } from '#components/ui/checkbox.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'
import type { NoticeTopic } from '#lib/notices/notice-topic.ts'

/** MailsForm  action (answers the choices), mailed: what is mailed now. One checkbox for each topic. */

export type MailsFormProps = {
  readonly action: FormAction<Mailed>
  readonly mailed: Mailed
}

type Mailed = Readonly<Record<NoticeTopic, boolean>>

const TOPICS: readonly { readonly name: NoticeTopic; readonly label: string; readonly hint: string }[] = [
  { name: 'expiry', label: 'Expiry', hint: 'A token is about to end: 30, 14, 7 days and a day ahead.' },
  {
    name: 'alerts',
    label: 'Alerts',
    hint: 'A token was found by somebody, used from a new place, or its retired secret or signing key was.',
  },
  { name: 'changes', label: 'Changes', hint: 'A token was issued, rotated or revoked, by you or by others.' },
]

export const MailsForm = ({ action, mailed }: MailsFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  const chosen = state.status === 'done' ? state.answer : mailed
  return (
    <form action={submit} className="grid max-w-md gap-4">
      <FormError state={state} title="Your choice was not saved" />
      {state.status === 'done' && (
        <Alert tone="success" live>
          Your choice is saved.
        </Alert>
      )}
      <fieldset className="grid gap-3">
        <legend className="sr-only">What is mailed to you</legend>
        {TOPICS.map(({ name, label, hint }) => (
          <div key={name} className="flex gap-3">
            <CheckMark
              id={`mail-${name}`}
              name={name}
              value="on"
              defaultChecked={chosen[name]}
              aria-describedby={`mail-${name}-hint`}
              className="mt-0.5"
            />
            <div className="grid gap-0.5">
              <label htmlFor={`mail-${name}`} className="font-medium">
                {label}
              </label>
              <p id={`mail-${name}-hint`} className="text-sm text-muted">
                {hint}
              </p>
            </div>
          </div>
        ))}
      </fieldset>
      <SubmitButton variant="secondary" className="justify-self-start">
        Save choice
      </SubmitButton>
    </form>
  )
}
