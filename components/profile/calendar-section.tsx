'use client'

import { useActionState } from 'react'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { CopyField } from '#components/ui/code-block.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { Time } from '#components/ui/time.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/**
 * CalendarSection  make (an action that answers the address once), end (a plain form action), madeAt? (NumericDate of the
 *                  present calendar), now. The address stands instead of the forms: what a form answered is written
 *                  into the page again with it.
 */

export type CalendarSectionProps = {
  readonly make: FormAction<{ readonly url: string }>
  readonly end: () => Promise<void>
  readonly madeAt: number | undefined
  readonly now: number
}

const Address = ({ url }: { readonly url: string }) => (
  <div className="grid max-w-xl gap-3">
    <Alert tone="success" live title="Your calendar is made">
      Copy its address now; it is not shown again. Whoever has it can read the names of your tokens and when they end.
    </Alert>
    <CopyField id="calendar-address" label="Address of your calendar" value={url} />
  </div>
)

export const CalendarSection = ({ make, end, madeAt, now }: CalendarSectionProps) => {
  const [state, submit] = useActionState(make, { status: 'new' })
  if (state.status === 'done') return <Address url={state.answer.url} />
  return (
    <div className="grid gap-3">
      <FormError state={state} title="The calendar was not made" />
      <p className="text-sm text-muted">
        {madeAt === undefined ? (
          'You have no calendar.'
        ) : (
          <>
            Made <Time at={madeAt} now={now} />. Its address was shown then; a new one ends it.
          </>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <form action={submit}>
          <SubmitButton variant="secondary">
            {madeAt === undefined ? 'Make a calendar' : 'Replace its address'}
          </SubmitButton>
        </form>
        {madeAt !== undefined && (
          <form action={end}>
            <SubmitButton variant="danger-quiet">End the calendar</SubmitButton>
          </form>
        )}
      </div>
    </div>
  )
}
