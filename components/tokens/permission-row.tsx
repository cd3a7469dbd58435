import type { PermissionAction, PermissionResource } from '#components/tokens/permission-groups.ts'
import { CheckMark } from '#components/ui/checkbox.tsx'
import { cn } from '#components/ui/class-names.ts'

/**
 * PermissionRow  one resource of the picker: its name, its actions as checkboxes named `permissions`. chosen (checked at
 *                first), shown (what the search leaves), isAccountOnly(key): there only while the token is the account's.
 */

/** Shows its element only while the form's scope is the account; works without scripts. */
export const ACCOUNT_ONLY = 'hidden group-has-[#context-tenant:checked]/form:[display:revert-layer]'

export type PermissionRowProps = {
  readonly row: PermissionResource
  readonly chosen: ReadonlySet<string>
  readonly shown: ReadonlySet<string>
  readonly isAccountOnly: (key: string) => boolean
}

const ActionBox = ({ permission, isChosen }: { readonly permission: PermissionAction; readonly isChosen: boolean }) => (
  <label
    title={[permission.label, permission.description].filter(Boolean).join('. ')}
    className={cn(
      'inline-flex h-7 items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-sm text-fg tap',
      'hover:border-control has-checked:border-ink has-checked:bg-hover',
    )}
  >
    <CheckMark name="permissions" value={permission.key} defaultChecked={isChosen} className="size-3.5 shadow-none" />
    <span>{permission.action}</span>
    <span className="sr-only">, {permission.label}</span>
  </label>
)

export const PermissionRow = ({ row, chosen, shown, isAccountOnly }: PermissionRowProps) => {
  const id = `resource-${row.resource}`
  return (
    <li
      hidden={!row.actions.some(({ key }) => shown.has(key))}
      className={cn(row.actions.every(({ key }) => isAccountOnly(key)) && ACCOUNT_ONLY)}
    >
      <div
        role="group"
        aria-labelledby={id}
        className="grid gap-x-4 gap-y-1.5 px-4 py-2 sm:grid-cols-[10rem_minmax(0,1fr)] sm:pl-10"
      >
        <span id={id} className="font-mono text-xs/7 wrap-anywhere text-muted">
          {row.resource}
        </span>
        <span className="flex flex-wrap gap-1.5">
          {row.actions.map((permission) => (
            <span
              key={permission.key}
              hidden={!shown.has(permission.key)}
              className={cn(isAccountOnly(permission.key) && ACCOUNT_ONLY)}
            >
              <ActionBox permission={permission} isChosen={chosen.has(permission.key)} />
            </span>
          ))}
        </span>
      </div>
    </li>
  )
}
