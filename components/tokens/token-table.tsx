import Link from 'next/link'
import { count } from '#components/format/count.ts'
import { describePermissions } from '#components/tokens/permission-groups.ts'
import { StateBadge } from '#components/tokens/state-badge.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { TYPE_WORDS } from '#components/tokens/token-words.ts'
import { Table, TableCell, TableRow } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'
import type { Permission } from '#lib/access/permission.ts'
import type { TokenRow } from '#lib/tokens/list-tokens.ts'

/**
 * TokenTable  one page of tokens: caption, slug, rows, catalog (for the labels), viewerId, now, showOwner? (a column with
 *             whose they are, for those who see everyone's).
 */

export type TokenTableProps = {
  readonly caption: string
  readonly slug: string
  readonly rows: readonly TokenRow[]
  readonly catalog: readonly Permission[]
  readonly viewerId: string
  readonly now: number
  readonly showOwner?: boolean
}

const COLUMNS = ['Token', 'May do', 'Created', 'Last used', 'Expires', 'State'].map((label) => ({ label }))
const OWNER_COLUMN = { label: 'Owner' }

const MayDo = ({ row, catalog }: { readonly row: TokenRow; readonly catalog: readonly Permission[] }) => {
  const permissions = describePermissions(catalog, row.effective)
  if (permissions.length === 0) return <span>Nothing</span>
  return (
    <details className="group/may">
      <summary className="w-fit rounded-sm underline decoration-line-strong decoration-dotted underline-offset-4 hover:text-fg touch:py-2">
        {count(permissions.length, 'permission')}
      </summary>
      <ul className="mt-1.5 grid gap-0.5 pb-1 text-xs">
        {permissions.map(({ key, label }) => (
          <li key={key} title={key}>
            {label}
          </li>
        ))}
      </ul>
    </details>
  )
}

const FOLLOWS = { owner: 'follows its owner', roles: 'follows roles', permissions: undefined }

const MayDoNote = ({ row: { token, missing } }: { readonly row: TokenRow }) => (
  <span className="block text-xs text-subtle">
    {FOLLOWS[token.grant.mode]}
    {missing.size > 0 && <span className="text-warning">{missing.size} without effect</span>}
  </span>
)

const NameCell = ({ row: { token }, slug }: { readonly row: TokenRow; readonly slug: string }) => (
  <TableCell label="Token" lead className="pr-32 @2xl:max-w-72">
    <Link
      href={tokenPaths(slug).token(token.id)}
      prefetch={false}
      className="rounded-sm wrap-anywhere text-fg no-underline hover:underline touch:inline-block touch:py-1.5"
    >
      {token.name}
    </Link>
    <span className="mt-0.5 flex flex-wrap gap-x-2 text-xs font-normal text-muted">
      <span className="whitespace-nowrap">{TYPE_WORDS[token.type].label}</span>
      <code className="font-mono text-subtle" title="The last characters of its secret">
        ····{token.hint}
      </code>
    </span>
  </TableCell>
)

export const TokenTable = ({ caption, slug, rows, catalog, viewerId, now, showOwner = false }: TokenTableProps) => {
  const nameOf = (userId: string, name: string | null) => (userId === viewerId ? 'you' : (name ?? 'a former member'))
  const columns = showOwner ? [...COLUMNS.slice(0, 1), OWNER_COLUMN, ...COLUMNS.slice(1)] : COLUMNS
  return (
    <Table caption={caption} columns={columns}>
      {rows.map((row) => {
        const { token, ownerName, lastUsedAt, state } = row
        return (
          <TableRow key={token.id}>
            <NameCell row={row} slug={slug} />
            {showOwner && <TableCell label="Owner">{nameOf(token.ownerUserId ?? '', ownerName)}</TableCell>}
            <TableCell label="May do">
              <MayDo row={row} catalog={catalog} />
              <MayDoNote row={row} />
            </TableCell>
            <TableCell label="Created">
              <Time at={token.createdAt} now={now} />
              <span className="block text-xs text-subtle">by {nameOf(token.granter.userId, token.granter.name)}</span>
            </TableCell>
            <TableCell label="Last used">
              <Time at={lastUsedAt} now={now} never="Never" />
            </TableCell>
            <TableCell label="Expires">
              <Time at={token.expiresAt} now={now} never="Never" />
            </TableCell>
            <TableCell label="State" stacked="end" className="top-3 right-4 @2xl:text-left">
              <StateBadge state={state} />
            </TableCell>
          </TableRow>
        )
      })}
    </Table>
  )
}
