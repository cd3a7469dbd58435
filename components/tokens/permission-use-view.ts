import { describePermissions } from '#components/tokens/permission-groups.ts'
import type { Permission } from '#lib/access/permission.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import type { PermissionUse } from '#lib/tokens/token-store.ts'

/** A permission that was asked for, by its name. */
export type AskedPermission = PermissionUse & { readonly label: string; readonly isHeld: boolean }

/** What was asked for, most often first, and what nobody asked for of what a token may do, in the order of the catalog. */
export type PermissionUseView = { readonly asked: readonly AskedPermission[]; readonly unasked: readonly Permission[] }

type Described = Pick<TokenDescription, 'permissionUse' | 'effective'>

const totalOf = ({ accepted, refused }: PermissionUse): number => accepted + refused

/** What a page says of the permissions that were asked of a token; `catalog` has their names. Pure. */
export const permissionUseView = (
  { permissionUse, effective }: Described,
  catalog: readonly Permission[],
): PermissionUseView => {
  const labels = new Map(catalog.map(({ key, label }) => [key, label]))
  const askedKeys = new Set(permissionUse.map(({ permission }) => permission))
  return {
    asked: permissionUse
      .toSorted((one, other) => totalOf(other) - totalOf(one))
      .map((row) => ({
        ...row,
        label: labels.get(row.permission) ?? row.permission,
        isHeld: effective.has(row.permission),
      })),
    unasked: describePermissions(catalog, effective).filter(({ key }) => !askedKeys.has(key)),
  }
}
