import type { ReactNode } from 'react'
import { count } from '#components/format/count.ts'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'

/**
 * GrantChoice  what a personal token may do: initial ('owner' | 'permissions' | 'keep'), heldCount (how much the person
 *              may do now), keep? (a sentence for the grant as it stands, where a form cannot show it), follow? (false:
 *              the choice "all I may do" is not theirs to make; with no other choice left, none is shown), children = the
 *              picker, shown for "only these" and, without any choice, for the account's tokens.
 */

export type GrantChoiceProps = {
  readonly initial: string
  readonly heldCount: number
  readonly keep?: ReactNode
  readonly follow?: boolean
  readonly children: ReactNode
}

const OnlyThese = ({ children }: { readonly children: ReactNode }) => (
  <div className="grid gap-3">
    <input type="hidden" name="grant" value="permissions" />
    <p className="text-sm font-medium">What may it do?</p>
    {children}
  </div>
)

export const GrantChoice = ({ initial, heldCount, keep, follow = true, children }: GrantChoiceProps) => {
  if (keep === undefined && !follow) return <OnlyThese>{children}</OnlyThese>
  return (
    <div className="grid gap-3">
      <RadioCardGroup
        name="grant"
        legend="What may it do?"
        columns={2}
        className="group-has-[#context-tenant:checked]/form:hidden"
      >
        {keep !== undefined && (
          <RadioCard
            name="grant"
            value="keep"
            title="As it stands"
            description={keep}
            defaultChecked={initial === 'keep'}
          />
        )}
        {follow && (
          <RadioCard
            name="grant"
            value="owner"
            title="All I may do, as it changes"
            description={`Today that is ${count(heldCount, 'permission')}. Never more than your role.`}
            defaultChecked={initial === 'owner'}
          />
        )}
        <RadioCard
          name="grant"
          value="permissions"
          title="Only these"
          description="What you choose, and no longer than your role holds it."
          defaultChecked={initial === 'permissions'}
        />
      </RadioCardGroup>
      <p className="hidden text-sm font-medium group-has-[#context-tenant:checked]/form:block">What may it do?</p>
      <div className="hidden group-has-[#context-tenant:checked]/form:block group-has-[#grant-permissions:checked]/form:block">
        {children}
      </div>
    </div>
  )
}
