'use client'

import { unstable_rethrow } from 'next/navigation'
import { type FormEvent, useActionState, useRef, useState, useTransition } from 'react'
import type { FormAction, FormState } from '#lib/errors/form-state.ts'

/**
 * useSubmission(action)  one form and its server action: { state, formProps, submit, isPending }. Put formProps on the
 *                        <form>; while `state.status` is 'done' render no form with them.
 *
 * Without scripts it is `useActionState`. With scripts it asks the action itself, since useActionState would send the
 * former answer along with a second press, and that answer may hold a secret: what leaves here is the form alone, one
 * request at a time. What was typed stays, also when no answer comes.
 */

export type FormProps = {
  readonly action: (form: FormData) => void
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void
}

const UNSENT = { status: 'new' } as const

const textsOf = (form: FormData) =>
  Object.fromEntries(
    [...new Set(form.keys())].map((name) => [name, form.getAll(name).filter((entry) => typeof entry === 'string')]),
  )

const lostAnswer = (form: FormData): FormState<never> => ({
  status: 'refused',
  failure: {
    code: 'store.unavailable',
    message: 'No answer came. Look at your connection and try again: nothing is ever done twice.',
    fields: {},
    requestId: '',
  },
  values: textsOf(form),
})

export const useSubmission = <Answer>(action: FormAction<Answer>) => {
  const [first, formAction] = useActionState(action, UNSENT)
  const [own, setOwn] = useState<FormState<Answer>>()
  const [isPending, startTransition] = useTransition()
  const isBusy = useRef(false)

  const submit = (form: FormData) => {
    if (isBusy.current) return
    isBusy.current = true
    startTransition(async () => {
      try {
        const answer = await action(UNSENT, form)
        // Together with what the action changed in the page around it.
        startTransition(() => setOwn(answer))
      } catch (thrown) {
        // Redirects and "not found" travel as errors.
        unstable_rethrow(thrown)
        setOwn(lostAnswer(form))
      } finally {
        isBusy.current = false
      }
    })
  }

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent
    submit(new FormData(event.currentTarget, submitter))
  }

  const formProps: FormProps = { action: formAction, onSubmit }
  return { state: own ?? first, formProps, submit, isPending }
}
