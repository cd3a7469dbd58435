import type { ReactNode } from 'react'
import { count } from '#components/format/count.ts'
import { clientFacts, hasOwnKeys } from '#components/tokens/client-words.ts'
import { contextTitle, TYPE_WORDS } from '#components/tokens/token-words.ts'
import { Badge } from '#components/ui/badge.tsx'
import { InlineCode } from '#components/ui/code-block.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Time } from '#components/ui/time.tsx'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'

/** TokenFacts  the plain facts of one token: described, account (its name), viewerId, now. */

export type TokenFactsProps = {
  readonly described: TokenDescription
  readonly account: string
  readonly viewerId: string
  readonly now: number
}

const When = ({ at, now, never }: { readonly at: number | null; readonly now: number; readonly never?: string }) => (
  <>
    <Time at={at} now={now} {...(never !== undefined && { never })} />
    {at !== null && (
      <>
        {' '}
        <Time at={at} now={now} format="exact" className="block text-xs text-subtle" />
      </>
    )}
  </>
)

const LastUsed = ({ described: { lastUse }, now }: Pick<TokenFactsProps, 'described' | 'now'>) => {
  if (!lastUse) return <>Not used yet</>
  return (
    <div className="grid gap-0.5">
      <When at={lastUse.at} now={now} />
      {lastUse.address !== null && (
        <span>
          from <InlineCode>{lastUse.address}</InlineCode>
        </span>
      )}
      {lastUse.agent !== null && <span className="text-xs text-muted">{lastUse.agent}</span>}
    </div>
  )
}

const CredentialList = ({ described, now }: Pick<TokenFactsProps, 'described' | 'now'>) => {
  const good = described.credentials.filter(({ state }) => state !== 'ended')
  return (
    <ul className="grid gap-1">
      {good.map(({ id, createdAt, endsAt, hint }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span>
            {hint !== undefined && <code className="font-mono text-xs">····{hint}</code>} made{' '}
            <Time at={createdAt} now={now} />
          </span>
          {endsAt === null ? (
            good.length > 1 && <Badge tone="success">Current</Badge>
          ) : (
            <Badge tone="warning">
              Ends <Time at={endsAt} now={now} />
            </Badge>
          )}
        </li>
      ))}
      {good.length === 0 && <li>None</li>}
    </ul>
  )
}

const granterName = ({ token: { granter } }: TokenDescription, viewerId: string): string =>
  granter.userId === viewerId ? `${granter.name} (you)` : granter.name

const Id = ({ described: { token } }: Pick<TokenFactsProps, 'described'>) => (
  <span className="flex items-start gap-1">
    <code id="token-id" className="min-w-0 flex-1 font-mono text-2xs/5 break-all select-all">
      {token.id}
    </code>
    <CopyButton target="token-id" what="ID" label="" variant="ghost" className="-my-1 -mr-2" />
  </span>
)

export const TokenFacts = ({ described, account, viewerId, now }: TokenFactsProps) => {
  const { token, owner } = described
  const words = TYPE_WORDS[token.type]
  const mine = token.ownerUserId === viewerId
  const rows: readonly (readonly [term: string, value: ReactNode])[] = [
    ...(token.description === '' ? [] : [['Description', token.description] as const]),
    [
      'Type',
      <>
        {words.label}
        <span className="block text-xs text-muted">
          sent as <code className="font-mono text-fg">{words.header}</code>
        </span>
      </>,
    ],
    ['Acts for', contextTitle(token.context, account, mine ? 'Me' : (owner?.member.name ?? 'A former member'))],
    [token.type === 'client_credentials' ? 'Client ID' : 'ID', <Id key="id" described={described} />],
    ...clientFacts(described),
    ['Granted by', granterName(described, viewerId)],
    ['Created', <When key="created" at={token.createdAt} now={now} />],
    ['Expires', <When key="expires" at={token.expiresAt} now={now} never="Never" />],
    ['Last used', <LastUsed key="used" described={described} now={now} />],
    [
      'Allowed from',
      token.ipAllowlist.length === 0 ? (
        'Any address'
      ) : (
        <span className="flex flex-wrap gap-1">
          {token.ipAllowlist.map((range) => (
            <InlineCode key={range}>{range}</InlineCode>
          ))}
        </span>
      ),
    ],
    ...(token.requestsPerMinute === null
      ? []
      : [['Limit', `${count(token.requestsPerMinute, 'request')} a minute`] as const]),
    [
      token.type === 'access_token' ? 'Credentials' : hasOwnKeys(described) ? 'Keys' : 'Secrets',
      <CredentialList key="c" {...{ described, now }} />,
    ],
  ]
  return (
    <dl className="grid divide-y">
      {rows.map(([term, value]) => (
        <div
          key={term}
          className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3 py-2.5 wrap-anywhere first:pt-0 last:pb-0"
        >
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
