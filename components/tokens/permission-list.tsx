import type { ReactNode } from 'react'
import { groupPermissions, type PermissionCategory } from '#components/tokens/permission-groups.ts'
import { Disclosure } from '#components/ui/disclosure.tsx'
import type { Permission } from '#lib/access/permission.ts'

/** PermissionList  permissions by category, each with its label and key; many of them fold into their categories. */

const FOLD_ABOVE = 40

const Resources = ({ group }: { readonly group: PermissionCategory }) => (
  <ul className="grid gap-1.5">
    {group.resources.map(({ resource, actions }) => (
      <li key={resource}>
        <ul className="grid gap-1">
          {actions.map(({ key, label, description }) => (
            <li key={key} title={description} className="grid grid-cols-2 items-baseline gap-x-4 wrap-anywhere">
              <span className={label === key ? 'col-span-2' : undefined}>{label}</span>
              {label !== key && <code className="font-mono text-xs text-subtle">{key}</code>}
            </li>
          ))}
        </ul>
      </li>
    ))}
  </ul>
)

const Row = ({ term, children }: { readonly term: string; readonly children: ReactNode }) => (
  <div className="grid gap-x-4 gap-y-1.5 py-2.5 first:pt-0 last:pb-0 sm:grid-cols-[11rem_minmax(0,1fr)]">
    <dt className="text-muted">{term}</dt>
    <dd>{children}</dd>
  </div>
)

export const PermissionList = ({ permissions }: { readonly permissions: readonly Permission[] }) => {
  const groups = groupPermissions(permissions)
  if (permissions.length > FOLD_ABOVE)
    return (
      <div className="grid divide-y">
        {groups.map((group) => (
          <Disclosure key={group.category} summary={group.category} meta={group.keys.length} className="py-1.5">
            <div className="pb-2 pl-6">
              <Resources group={group} />
            </div>
          </Disclosure>
        ))}
      </div>
    )
  return (
    <dl className="grid divide-y">
      {groups.map((group) => (
        <Row key={group.category} term={group.category}>
          <Resources group={group} />
        </Row>
      ))}
    </dl>
  )
}
