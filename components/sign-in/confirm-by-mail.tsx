'use client'

import { useActionState } from 'react'
import { FormError } from '#components/sign-in/form-error.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** ConfirmByMail  action, next (path to lead to): one button that has a link and a code mailed. */

export const ConfirmByMail = ({ action, next }: { readonly action: FormAction<never>; readonly next: string }) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="No mail was sent" />
      <input type="hidden" name="next" value={next} />
      <SubmitButton variant="secondary" pendingLabel="Sending…">
        Mail me a code
      </SubmitButton>
    </form>
  )
}
