'use client'

import { useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import type { MemberView, RoleChoice } from '#components/members/member-view.ts'
import { RoleChoices } from '#components/members/role-choices.tsx'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** ChangeRoleForm  action, slug, member, roles: those one may give and those the member has. */

export type ChangeRoleFormProps = {
  readonly action: FormAction<{ readonly roleKeys: readonly string[] }>
  readonly slug: string
  readonly member: MemberView
  readonly roles: readonly RoleChoice[]
}

const severalRoles = ({ roles }: MemberView): string | undefined =>
  roles.length > 1
    ? `Holds ${roles.map(({ name }) => name).join(' and ')} now. Saving leaves the one chosen here.`
    : undefined

const savedNames = (roles: readonly RoleChoice[], keys: readonly string[]): string =>
  keys.map((key) => roles.find((role) => role.key === key)?.name ?? key).join(' and ')

export const ChangeRoleForm = ({ action, slug, member, roles }: ChangeRoleFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <input type="hidden" name="slug" value={slug} />
      <input type="hidden" name="userId" value={member.userId} />
      <FormError state={state} title="The role was not changed" />
      <RoleChoices
        roles={roles}
        legend={`What ${member.isYou ? 'you' : member.name} may do here`}
        hint={severalRoles(member)}
        chosen={typed(state, 'roleKeys', member.roles[0]?.key)}
        error={problem(state, 'roleKeys')}
        columns={2}
      />
      <SubmitButton variant="secondary" className="justify-self-start">
        Save role
      </SubmitButton>
      {state.status === 'done' && (
        <Alert tone="success" live>
          {`Role saved: ${savedNames(roles, state.answer.roleKeys)}. Personal tokens never do more than it allows.`}
        </Alert>
      )}
    </form>
  )
}
