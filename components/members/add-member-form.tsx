'use client'

import { type ReactNode, useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import type { RoleChoice } from '#components/members/member-view.ts'
import { RoleChoices } from '#components/members/role-choices.tsx'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'
import type { AddedMember } from '#lib/tenants/add-member.ts'

/**
 * AddMemberForm  action, slug, roles: those one may give, signInUrl (to tell by other means when no mail left),
 *                afterwards: what stands beneath the answer, cancel: what stands beside the button.
 */

export type AddMemberFormProps = {
  readonly action: FormAction<AddedMember>
  readonly slug: string
  readonly roles: readonly RoleChoice[]
  readonly signInUrl: string
  readonly afterwards: ReactNode
  readonly cancel: ReactNode
}

const Answer = ({ answer, signInUrl }: { readonly answer: AddedMember; readonly signInUrl: string }) => {
  const title = `${answer.email} is a member now`
  if (answer.invitation !== 'not_sent')
    return (
      <Alert tone="success" live title={title}>
        {answer.invitation === 'sent'
          ? 'A mail tells them where to sign in.'
          : 'They have an account here already and sign in as they always do.'}
      </Alert>
    )
  return (
    <Alert tone="warning" live title={title}>
      But the mail to them could not be sent. Tell them to sign in with this address at{' '}
      <span className="font-mono text-xs text-fg select-all">{signInUrl}</span>
    </Alert>
  )
}

export const AddMemberForm = ({ action, slug, roles, signInUrl, afterwards, cancel }: AddMemberFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  if (state.status === 'done')
    return (
      <div className="grid gap-5">
        <Answer answer={state.answer} signInUrl={signInUrl} />
        <div className="flex flex-wrap justify-end gap-2">{afterwards}</div>
      </div>
    )
  return (
    <form action={submit} className="grid gap-5">
      <input type="hidden" name="slug" value={slug} />
      <FormError state={state} title="Nobody was added" />
      <TextField
        name="email"
        type="email"
        label="E-mail address"
        autoComplete="off"
        required
        maxLength={LIMITS.emailLength}
        hint="Somebody new gets a mail that tells them where to sign in."
        defaultValue={typed(state, 'email')}
        error={problem(state, 'email')}
      />
      <RoleChoices roles={roles} chosen={typed(state, 'roleKeys')} error={problem(state, 'roleKeys')} columns={2} />
      <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
        {cancel}
        <SubmitButton>Add member</SubmitButton>
      </div>
    </form>
  )
}
