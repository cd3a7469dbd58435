'use client'

import { useActionState } from 'react'
import { memberPaths } from '#components/members/member-paths.ts'
import type { MemberView } from '#components/members/member-view.ts'
import { removalWords } from '#components/members/removal-words.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, CardBody, CardFooter } from '#components/ui/card.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/**
 * RemoveMember        asks on a page of its own.
 * RemoveMemberDialog  asks in a dialog, behind a link to that page for those without scripts.
 * Both take action, slug, accountName, member, tokens: how many personal tokens stop working then.
 */

export type RemoveMemberProps = {
  /** Leads elsewhere when it is done. */
  readonly action: FormAction<never>
  readonly slug: string
  readonly accountName: string
  readonly member: MemberView
  readonly tokens: number
}

const Inputs = ({ slug, member }: Pick<RemoveMemberProps, 'slug' | 'member'>) => (
  <>
    <input type="hidden" name="slug" value={slug} />
    <input type="hidden" name="userId" value={member.userId} />
  </>
)

export const RemoveMember = ({ action, ...props }: RemoveMemberProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  const words = removalWords(props)
  return (
    <form action={submit} className="grid grid-cols-1 gap-6">
      <FormError state={state} title={words.failed} />
      <Inputs {...props} />
      <Card>
        <CardBody>{words.description}</CardBody>
        <CardFooter>
          <ButtonLink href={memberPaths(props.slug).member(props.member.userId)}>Cancel</ButtonLink>
          <SubmitButton variant="danger">{words.confirm}</SubmitButton>
        </CardFooter>
      </Card>
    </form>
  )
}

export const RemoveMemberDialog = ({ action, ...props }: RemoveMemberProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  const words = removalWords(props)
  return (
    <AlertDialog
      title={words.title}
      description={words.description}
      action={submit}
      confirm={<SubmitButton variant="danger">{words.confirm}</SubmitButton>}
      trigger={
        <ButtonLink href={memberPaths(props.slug).remove(props.member.userId)} variant="danger-quiet">
          {words.confirm}
        </ButtonLink>
      }
    >
      <FormError state={state} title={words.failed} />
      <Inputs {...props} />
    </AlertDialog>
  )
}
