'use client'

import Link from 'next/link'
import { count } from '#components/format/count.ts'
import { StateBadge } from '#components/tokens/state-badge.tsx'
import type { TokenLine, TokenLines } from '#components/tokens/token-line.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { TYPE_WORDS } from '#components/tokens/token-words.ts'
import { Table, TableCell, TableRow } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'

/**
 * TokenTable  one page of tokens: caption, slug, lines and labels (of tokenLines), now, showOwner? (a column with whose
 *             they are, for those who see everyone's). A client component, so that its rows travel as data: as elements
 *             of the server they would be made, written down and read again before they are rendered.
 */

export type TokenTableProps = TokenLines & {
  readonly caption: string
  readonly slug: string
  readonly now: number
  readonly showOwner?: boolean
}

const COLUMNS = ['Token', 'May do', 'Created', 'Last used', 'Expires', 'State'].map((label) => ({ label }))
const OWNER_COLUMN = { label: 'Owner' }

// What is the same in every row is said once, at the table.
const ROWS = [
  '[&_td_a]:rounded-sm [&_td_a]:wrap-anywhere [&_td_a]:text-fg [&_td_a]:no-underline [&_td_a]:hover:underline',
  '[&_td_a]:touch:-my-1.5 [&_td_a]:touch:inline-block [&_td_a]:touch:py-1.5',
  '[&_code]:font-mono [&_code]:text-subtle [&_small]:block [&_small]:text-xs [&_small]:text-subtle',
  '[&_summary]:w-fit [&_summary]:rounded-sm [&_summary]:underline [&_summary]:decoration-line-strong',
  '[&_summary]:decoration-dotted [&_summary]:underline-offset-4 [&_summary]:hover:text-fg',
  '[&_summary]:touch:-my-2 [&_summary]:touch:py-2',
  '[&_ul]:mt-1.5 [&_ul]:grid [&_ul]:gap-0.5 [&_ul]:pb-1 [&_ul]:text-xs',
].join(' ')

type Labels = TokenLines['labels']

const MayDo = ({ keys, labels }: { readonly keys: readonly string[]; readonly labels: Labels }) => {
  if (keys.length === 0) return 'Nothing'
  return (
    <details>
      <summary>{count(keys.length, 'permission')}</summary>
      <ul>
        {keys.map((key) => (
          <li key={key} title={key}>
            {labels[key]}
          </li>
        ))}
      </ul>
    </details>
  )
}

const FOLLOWS = { owner: 'follows its owner', roles: 'follows roles', permissions: undefined }

const MayDoNote = ({ line: { mode, missing } }: { readonly line: TokenLine }) =>
  (mode !== 'permissions' || missing > 0) && (
    <small>
      {FOLLOWS[mode]}
      {missing > 0 && <span className="text-warning">{missing} without effect</span>}
    </small>
  )

const NameCell = ({ line: { name, type, hint }, href }: { readonly line: TokenLine; readonly href: string }) => (
  <TableCell label="Token" lead className="pr-32 @2xl:max-w-72">
    <Link href={href} prefetch={false}>
      {name}
    </Link>
    <span className="mt-0.5 flex flex-wrap gap-x-2 text-xs font-normal text-muted">
      <span>{TYPE_WORDS[type].label}</span>
      <code title="The last characters of its secret">{`····${hint}`}</code>
    </span>
  </TableCell>
)

export const TokenTable = ({ caption, slug, lines, labels, now, showOwner = false }: TokenTableProps) => {
  const columns = showOwner ? [...COLUMNS.slice(0, 1), OWNER_COLUMN, ...COLUMNS.slice(1)] : COLUMNS
  const paths = tokenPaths(slug)
  return (
    <Table caption={caption} columns={columns} className={ROWS}>
      {lines.map((line) => (
        <TableRow key={line.id}>
          <NameCell line={line} href={paths.token(line.id)} />
          {showOwner && <TableCell label="Owner">{line.owner}</TableCell>}
          <TableCell label="May do">
            <MayDo keys={line.permissions} labels={labels} />
            <MayDoNote line={line} />
          </TableCell>
          <TableCell label="Created">
            <Time at={line.createdAt} now={now} />
            <small>{`by ${line.granter}`}</small>
          </TableCell>
          <TableCell label="Last used">
            <Time at={line.lastUsedAt} now={now} never="Never" />
          </TableCell>
          <TableCell label="Expires">
            <Time at={line.expiresAt} now={now} never="Never" />
          </TableCell>
          <TableCell label="State" stacked="end" className="@2xl:text-left">
            <StateBadge state={line.state} />
          </TableCell>
        </TableRow>
      ))}
    </Table>
  )
}
