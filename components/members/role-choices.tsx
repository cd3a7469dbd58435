import type { RoleChoice } from '#components/members/member-view.ts'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'

/**
 * RoleChoices  roles: those that may be given, chosen?: key of the one that is on, legend?, hint?, error?,
 *              columns? (1 | 2). Sends `roleKeys`.
 */

export type RoleChoicesProps = {
  readonly roles: readonly RoleChoice[]
  readonly chosen?: string | undefined
  readonly legend?: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly columns?: 1 | 2
}

export const RoleChoices = ({ roles, chosen, legend = 'Role', hint, error, columns = 1 }: RoleChoicesProps) => (
  <RadioCardGroup name="roleKeys" legend={legend} error={error} columns={columns} {...(hint && { hint })}>
    {roles.map(({ key, name, description }) => (
      <RadioCard
        key={key}
        name="roleKeys"
        value={key}
        title={name}
        required
        defaultChecked={key === chosen}
        {...(description && { description })}
      />
    ))}
  </RadioCardGroup>
)
