import type { Permission } from '#lib/access/permission.ts'
import type { PermissionUse } from '#lib/tokens/token-store.ts'

/** A permission that was asked for, by its name. */
export type AskedPermission = PermissionUse & { readonly label: string; readonly isHeld: boolean }

/** What was asked for, most often first, and what nobody asked for of what a token may do, in the order of the catalog. */
export type PermissionUseView = { readonly asked: readonly AskedPermission[]; readonly unasked: readonly Permission[] }

type Seen = {
  /** For the labels. */
  readonly catalog: readonly Permission[]
  /** What the token may do now. */
  readonly held: readonly Permission[]
}

const totalOf = ({ accepted, refused }: PermissionUse): number => accepted + refused

/** What a page says of the permissions that were asked for. Pure. */
export const permissionUseView = (use: readonly PermissionUse[], { catalog, held }: Seen): PermissionUseView => {
  const labels = new Map(catalog.map(({ key, label }) => [key, label]))
  const heldKeys = new Set(held.map(({ key }) => key))
  const askedKeys = new Set(use.map(({ permission }) => permission))
  return {
    asked: use
      .toSorted((one, other) => totalOf(other) - totalOf(one))
      .map((row) => ({
        ...row,
        label: labels.get(row.permission) ?? row.permission,
        isHeld: heldKeys.has(row.permission),
      })),
    unasked: held.filter(({ key }) => !askedKeys.has(key)),
  }
}
