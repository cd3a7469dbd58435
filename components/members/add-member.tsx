'use client'

import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { AddMemberForm, type AddMemberFormProps } from '#components/members/add-member-form.tsx'
import { memberPaths } from '#components/members/member-paths.ts'
import { Button, ButtonLink } from '#components/ui/button.tsx'
import { Dialog, DialogClose } from '#components/ui/dialog.tsx'

/**
 * AddMember      the form as a page of its own.
 * AddMemberDialog  the same in a dialog, behind a link to that page for those without scripts.
 * Both take action, slug, roles, signInUrl; the dialog accountName too.
 */

export type AddMemberProps = Omit<AddMemberFormProps, 'afterwards' | 'cancel'>

// Another round is another form: its answer is gone, its fields are empty.
const useRounds = () => {
  const [round, setRound] = useState(0)
  return { round, again: () => setRound(round + 1) }
}

export const AddMember = (props: AddMemberProps) => {
  const { round, again } = useRounds()
  const { list, fresh } = memberPaths(props.slug)
  return (
    <AddMemberForm
      key={round}
      {...props}
      cancel={<ButtonLink href={list}>Cancel</ButtonLink>}
      afterwards={
        <>
          <ButtonLink href={fresh} onClick={again}>
            Add another
          </ButtonLink>
          <ButtonLink href={list} variant="primary">
            Done
          </ButtonLink>
        </>
      }
    />
  )
}

export const AddMemberDialog = ({ accountName, ...props }: AddMemberProps & { readonly accountName: string }) => {
  const { round, again } = useRounds()
  return (
    <Dialog
      title={`Add a member to ${accountName}`}
      size="lg"
      trigger={
        <ButtonLink href={memberPaths(props.slug).fresh} variant="primary">
          <UserPlus aria-hidden="true" />
          Add member
        </ButtonLink>
      }
    >
      <AddMemberForm
        key={round}
        {...props}
        cancel={
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
        }
        afterwards={
          <>
            <Button onClick={again}>Add another</Button>
            <DialogClose>
              <Button variant="primary">Done</Button>
            </DialogClose>
          </>
        }
      />
    </Dialog>
  )
}
