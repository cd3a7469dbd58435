'use client'

import { Fragment, useEffect, useRef, useState } from 'react'
import { typed, typedMany } from '#components/form/form-view.ts'
import { choicesInWords, readChoices } from '#components/tokens/choices.ts'
import { ExpiryChoice } from '#components/tokens/expiry-choice.tsx'
import { FormErrors } from '#components/tokens/form-errors.tsx'
import { GrantChoice } from '#components/tokens/grant-choice.tsx'
import { MoreChoices } from '#components/tokens/more-choices.tsx'
import { PermissionPicker } from '#components/tokens/permission-picker.tsx'
import { inputProblem } from '#components/tokens/problems.ts'
import { ScopeChoice } from '#components/tokens/scope-choice.tsx'
import type { IssuedAnswer, NewTokenView } from '#components/tokens/token-form-view.ts'
import { TypeChoice } from '#components/tokens/type-choice.tsx'
import type { FormProps } from '#components/tokens/use-submission.ts'
import { Card } from '#components/ui/card.tsx'
import { TextareaField, TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormState } from '#lib/errors/form-state.ts'

/** IssueForm  the form for a new token: view, state and formProps (of useSubmission). */

export type IssueFormProps = {
  readonly view: NewTokenView
  readonly state: FormState<IssuedAnswer>
  readonly formProps: FormProps
}

/** The form's choices as they are now: read from the form itself, which also knows what was set before scripts ran. */
const useChoices = (initial: ReturnType<typeof readChoices>) => {
  const form = useRef<HTMLFormElement>(null)
  const [choices, setChoices] = useState(initial)
  const read = () => {
    if (form.current) setChoices(readChoices(new FormData(form.current)))
  }
  useEffect(read, [])
  return { form, choices, read }
}

const Separator = () => <hr className="-mx-4 border-t sm:-mx-6" />

const SubmitBar = ({ words }: { readonly words: readonly string[] }) => (
  <div className="sticky bottom-0 z-10 -mx-px flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-b-lg border-t bg-surface/95 px-4 py-3 backdrop-blur-sm sm:px-6">
    <p className="min-w-0 flex-[1_1_10rem] text-xs text-muted noscript:invisible">
      {words.map((word, index) => (
        <Fragment key={word}>
          {index > 0 && <span aria-hidden="true"> · </span>}
          <span className="inline-block max-w-full wrap-anywhere">{word}</span>
        </Fragment>
      ))}
    </p>
    <SubmitButton pendingLabel="Making the token">Make token</SubmitButton>
  </div>
)

export const IssueForm = ({ view, state, formProps }: IssueFormProps) => {
  const { prefill, account, accountOnly } = view
  const at = (name: keyof typeof prefill) => typed(state, name, String(prefill[name]))
  const wrong = (name: string) => inputProblem(state, name)
  const ticked = new Set(typedMany(state, 'permissions', prefill.permissions))
  const { form, choices, read } = useChoices({
    ...prefill,
    context: at('context') === 'tenant' ? 'tenant' : 'user',
    type: at('type') === 'client_credentials' ? 'client_credentials' : 'access_token',
    grant: at('grant'),
    permissions: ticked,
    expiry: at('expiry'),
    expiryDate: at('expiryDate'),
  })
  return (
    <form {...formProps} ref={form} onChange={read} noValidate className="group/form grid grid-cols-1 gap-6 above-bar">
      <input type="hidden" name="slug" value={view.slug} />
      <input type="hidden" name="idempotencyKey" value={view.idempotencyKey} />
      <FormErrors state={state} title="No token was made" />
      <Card>
        <div className="grid gap-6 p-4 sm:p-6">
          <ScopeChoice
            account={account}
            contexts={view.contexts}
            initial={at('context')}
            confirmFirst={view.confirmFirst}
            error={wrong('context')}
          />
          <TypeChoice initial={at('type')} error={wrong('type')} />
          <Separator />
          <TextField
            name="name"
            label="Name"
            hint="Where it will be used: “nightly backup”, “CI of the website”."
            defaultValue={at('name')}
            error={wrong('name')}
            maxLength={LIMITS.nameLength}
            autoComplete="off"
            required
          />
          <TextareaField
            name="description"
            label="Description"
            optional
            rows={2}
            defaultValue={at('description')}
            error={wrong('description')}
            maxLength={LIMITS.descriptionLength}
          />
          <Separator />
          <GrantChoice initial={at('grant')} heldCount={view.heldCount}>
            <PermissionPicker
              groups={view.groups}
              initial={ticked}
              chosen={choices.permissions}
              onPick={read}
              notHeld={view.notHeld}
              accountOnly={accountOnly}
              error={wrong('permissions')}
            />
          </GrantChoice>
          <Separator />
          <ExpiryChoice
            choices={view.expiry}
            initial={at('expiry')}
            initialDate={at('expiryDate')}
            error={wrong('expiry')}
          />
          <Separator />
          <MoreChoices view={view} state={state} />
        </div>
        <SubmitBar words={choicesInWords(choices, { account, expiry: view.expiry, accountOnly })} />
      </Card>
    </form>
  )
}
