import { count } from '#components/format/count.ts'
import type { AskedPermission, PermissionUseView } from '#components/tokens/permission-use-view.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Disclosure } from '#components/ui/disclosure.tsx'
import type { Permission } from '#lib/access/permission.ts'
import { dateOf } from '#lib/time/date-of.ts'

/**
 * PermissionUse  which permissions were asked of a token within the last 30 days, and which of those that it holds were
 *                not: view (of permissionUseView). Nothing where nobody asked for any.
 */

const OPEN_UP_TO = 8

const Asked = ({
  row: { permission, label, isHeld, accepted, refused, lastDay },
}: {
  readonly row: AskedPermission
}) => (
  <li className="flex items-baseline justify-between gap-4 py-2 first:pt-0 last:pb-0">
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {label}
        {!isHeld && <Badge tone="outline">Not held</Badge>}
      </p>
      <p className="flex flex-wrap gap-x-2 text-xs text-subtle">
        {label !== permission && <code className="font-mono">{permission}</code>}
        <span>last on {dateOf(lastDay)}</span>
      </p>
    </div>
    <p className="shrink-0 text-right tabular-nums">
      {accepted.toLocaleString('en')} <span className="text-muted">accepted</span>
      {refused > 0 && <span className="block text-xs text-muted">{refused.toLocaleString('en')} refused</span>}
    </p>
  </li>
)

const Unasked = ({ unasked }: { readonly unasked: readonly Permission[] }) => (
  <Disclosure summary="Not asked for" meta={`${count(unasked.length, 'permission')} it could do without`}>
    <ul className="flex flex-wrap gap-x-4 gap-y-1 pl-6 text-sm">
      {unasked.map(({ key, label, description }) => (
        <li key={key} title={description || key}>
          {label}
        </li>
      ))}
    </ul>
  </Disclosure>
)

export const PermissionUse = ({ view: { asked, unasked } }: { readonly view: PermissionUseView }) =>
  asked.length > 0 && (
    <>
      <Disclosure
        summary="By permission"
        meta={`${count(asked.length, 'permission')} asked for`}
        open={asked.length <= OPEN_UP_TO}
      >
        <ul className="grid divide-y pb-2 pl-6 text-sm">
          {asked.map((row) => (
            <Asked key={row.permission} row={row} />
          ))}
        </ul>
      </Disclosure>
      {unasked.length > 0 && <Unasked unasked={unasked} />}
    </>
  )
