'use client'

import { useEffect, useRef, useState } from 'react'
import { typed, typedMany } from '#components/form/form-view.ts'
import { AllowlistField } from '#components/tokens/allowlist-field.tsx'
import { readChoices } from '#components/tokens/choices.ts'
import { ClientOptions } from '#components/tokens/client-options.tsx'
import { FormErrors } from '#components/tokens/form-errors.tsx'
import { GrantChoice } from '#components/tokens/grant-choice.tsx'
import { LimitField } from '#components/tokens/limit-field.tsx'
import type { PermissionCategory } from '#components/tokens/permission-groups.ts'
import { PermissionPicker } from '#components/tokens/permission-picker.tsx'
import { inputProblem } from '#components/tokens/problems.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, CardBody, CardFooter } from '#components/ui/card.tsx'
import { TextareaField, TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'
import type { RefreshMode } from '#lib/tokens/token.ts'

/** EditForm  changes a token's name, description, permissions, IP allowlist, limit and what clients have: view, action. */

export type EditView = {
  readonly slug: string
  readonly tokenId: string
  /** Of the token as it is shown: what was changed since is not to be undone. */
  readonly version: number
  readonly name: string
  readonly description: string
  readonly ipAllowlist: string
  /** Empty: no limit. */
  readonly requestsPerMinute: string
  /** What only clients of the token endpoint have; undefined for others. */
  readonly client: { readonly refreshMode: RefreshMode; readonly dpopRequired: boolean } | undefined
  readonly grant: 'owner' | 'permissions' | 'keep'
  /** Ticked at first: what it was granted, as far as the editor may give it. */
  readonly permissions: readonly string[]
  /** What the grant is, where the picker cannot show it. */
  readonly keep: string | undefined
  /** Whether "all I may do" can be chosen: only by the owner of a personal token. */
  readonly canFollow: boolean
  readonly groups: readonly PermissionCategory[]
  readonly heldCount: number
  readonly notHeld: number
}

export type EditFormProps = { readonly view: EditView; readonly action: FormAction<never> }

export const EditForm = ({ view, action }: EditFormProps) => {
  const { state, formProps } = useSubmission(action)
  const form = useRef<HTMLFormElement>(null)
  const ticked = new Set(typedMany(state, 'permissions', view.permissions))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(ticked)
  const read = () => {
    if (form.current) setChosen(readChoices(new FormData(form.current)).permissions)
  }
  useEffect(read, [])
  const at = (name: 'name' | 'description' | 'ipAllowlist' | 'requestsPerMinute' | 'grant') =>
    typed(state, name, view[name])
  const wrong = (name: string) => inputProblem(state, name)
  return (
    <form {...formProps} ref={form} onChange={read} noValidate className="group/form grid grid-cols-1 gap-6 above-bar">
      <input type="hidden" name="slug" value={view.slug} />
      <input type="hidden" name="tokenId" value={view.tokenId} />
      <input type="hidden" name="version" value={view.version} />
      <FormErrors state={state} title="Nothing was changed" />
      <Card>
        <CardBody className="grid grid-cols-1 gap-6">
          <TextField
            name="name"
            label="Name"
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
          <GrantChoice initial={at('grant')} heldCount={view.heldCount} keep={view.keep} follow={view.canFollow}>
            <PermissionPicker
              groups={view.groups}
              initial={ticked}
              chosen={chosen}
              onPick={read}
              notHeld={view.notHeld}
              error={wrong('permissions')}
            />
          </GrantChoice>
          {view.client && (
            <ClientOptions
              refresh={typed(state, 'refreshMode', view.client.refreshMode)}
              dpop={typed(state, 'dpopRequired', view.client.dpopRequired ? 'yes' : '') !== ''}
              refreshError={wrong('refreshMode')}
              dpopError={wrong('dpopRequired')}
            />
          )}
          <AllowlistField initial={at('ipAllowlist')} error={wrong('ipAllowlist')} />
          <LimitField initial={at('requestsPerMinute')} error={wrong('requestsPerMinute')} />
        </CardBody>
        <CardFooter className="sticky bottom-0 z-10">
          <ButtonLink href={tokenPaths(view.slug).token(view.tokenId)}>Cancel</ButtonLink>
          <SubmitButton pendingLabel="Saving">Save</SubmitButton>
        </CardFooter>
      </Card>
    </form>
  )
}
