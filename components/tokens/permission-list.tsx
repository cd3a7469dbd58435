import { groupPermissions } from '#components/tokens/permission-groups.ts'
import type { Permission } from '#lib/access/permission.ts'

/** PermissionList  permissions by category, each with its label and key, as a token's page shows them. */

export const PermissionList = ({ permissions }: { readonly permissions: readonly Permission[] }) => (
  <dl className="grid divide-y">
    {groupPermissions(permissions).map(({ category, resources }) => (
      <div
        key={category}
        className="grid gap-x-4 gap-y-1.5 py-2.5 first:pt-0 last:pb-0 sm:grid-cols-[11rem_minmax(0,1fr)]"
      >
        <dt className="text-muted">{category}</dt>
        {resources.map(({ resource, actions }) => (
          <dd key={resource} className="sm:col-start-2">
            <ul className="flex flex-wrap gap-x-4 gap-y-1">
              {actions.map(({ key, label, description }) => (
                <li key={key} title={description} className="flex flex-wrap items-baseline gap-x-1.5">
                  {label}
                  {label !== key && <code className="font-mono text-xs text-subtle">{key}</code>}
                </li>
              ))}
            </ul>
          </dd>
        ))}
      </div>
    ))}
  </dl>
)
