'use client'

import { useActionState } from 'react'
import { FormError } from '#components/sign-in/form-error.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** MarkReadForm  action, slug, until: how far is read once it is sent, the page's `readUntil`. */

export type MarkReadFormProps = {
  readonly action: FormAction<never>
  readonly slug: string
  readonly until: string
}

export const MarkReadForm = ({ action, slug, until }: MarkReadFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-2">
      <FormError state={state} title="The notices are unread as before" />
      <input type="hidden" name="slug" value={slug} />
      <input type="hidden" name="until" value={until} />
      <SubmitButton variant="secondary">Mark all read</SubmitButton>
    </form>
  )
}
