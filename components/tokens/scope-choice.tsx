import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { confirmPath } from '#components/tokens/token-paths.ts'
import { contextTitle } from '#components/tokens/token-words.ts'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'
import type { TokenContext } from '#lib/tokens/token.ts'

/**
 * ScopeChoice  whom the token acts for: account (its name), contexts (those the person may choose), initial, error?,
 *              confirmFirst? (the path that opens the form for the account, when the sign-in is too old for it: the
 *              choice then is a link that asks for the password first).
 */

export type ScopeChoiceProps = {
  readonly account: string
  readonly contexts: readonly TokenContext[]
  readonly initial: string
  readonly confirmFirst?: string | undefined
  readonly error?: string | undefined
}

const PERSONAL_ABOUT = 'Follows your role, ends when you leave.'
const ACCOUNT_ABOUT = 'Only what you choose, outlives people.'

const ConfirmCard = ({ account, next }: { readonly account: string; readonly next: string }) => (
  <Link
    href={confirmPath(next)}
    prefetch={false}
    className="group/confirm grid content-start gap-0.5 rounded-lg border border-line-strong bg-surface p-3.5 pl-10.5 text-sm no-underline shadow-card hover:border-control"
  >
    <span className="font-medium text-fg">{contextTitle('tenant', account)}</span>
    <span className="text-muted">{ACCOUNT_ABOUT}</span>
    <span className="mt-1 flex items-center gap-1 text-accent group-hover/confirm:underline">
      Confirm that it is you first
      <ArrowRight aria-hidden="true" className="size-3.5" />
    </span>
  </Link>
)

export const ScopeChoice = ({ account, contexts, initial, confirmFirst, error }: ScopeChoiceProps) => (
  <RadioCardGroup name="context" legend="Who does it act for?" columns={contexts.length > 1 ? 2 : 1} error={error}>
    {contexts.includes('user') && (
      <RadioCard
        name="context"
        value="user"
        title={contextTitle('user', account)}
        description={PERSONAL_ABOUT}
        defaultChecked={initial === 'user'}
      />
    )}
    {contexts.includes('tenant') &&
      (confirmFirst === undefined ? (
        <RadioCard
          name="context"
          value="tenant"
          title={contextTitle('tenant', account)}
          description={ACCOUNT_ABOUT}
          defaultChecked={initial === 'tenant'}
        />
      ) : (
        <ConfirmCard account={account} next={confirmFirst} />
      ))}
  </RadioCardGroup>
)
