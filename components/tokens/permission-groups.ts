import type { Permission } from '#lib/access/permission.ts'

/** One thing a resource allows: `read` of `projects:read`. */
export type PermissionAction = Permission & { readonly action: string }

/** The actions of one resource, in the order of the catalog. */
export type PermissionResource = { readonly resource: string; readonly actions: readonly PermissionAction[] }

/** The resources of one category, in the order of the catalog. */
export type PermissionCategory = {
  readonly category: string
  readonly resources: readonly PermissionResource[]
  readonly keys: readonly string[]
}

const toAction = (permission: Permission): PermissionAction => ({
  ...permission,
  action: permission.key.slice(permission.key.indexOf(':') + 1),
})

const resourceOf = ({ key }: Permission): string => key.slice(0, Math.max(0, key.indexOf(':')))

const groupBy = <Item>(items: readonly Item[], nameOf: (item: Item) => string): ReadonlyMap<string, Item[]> => {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const name = nameOf(item)
    const group = groups.get(name)
    if (group) group.push(item)
    else groups.set(name, [item])
  }
  return groups
}

/** Permissions as the picker and the pages show them: categories, in each one row per resource with its actions. */
export const groupPermissions = (permissions: readonly Permission[]): readonly PermissionCategory[] =>
  [...groupBy(permissions, ({ category }) => category)].map(([category, members]) => ({
    category,
    keys: members.map(({ key }) => key),
    resources: [...groupBy(members, resourceOf)].map(([resource, held]) => ({
      resource,
      actions: held.map(toAction),
    })),
  }))

const READING = new Set(['read', 'list', 'get', 'view', 'search'])

/** Whether a permission only looks: its action is one of the usual words for that. */
export const isReading = (key: string): boolean => READING.has(key.slice(key.indexOf(':') + 1))

/** Whether a permission answers a search, by key, label, description or category. */
export const matchesSearch = ({ key, label, description, category }: Permission, search: string): boolean => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const text = `${key} ${label} ${description} ${category}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** The permissions of the catalog with these keys, in its order; a key that is no longer there stands under its own name. */
export const describePermissions = (catalog: readonly Permission[], keys: Iterable<string>): readonly Permission[] => {
  const wanted = new Set(keys)
  const known = catalog.filter(({ key }) => wanted.delete(key))
  return [...known, ...[...wanted].map((key) => ({ key, label: key, description: '', category: 'No longer offered' }))]
}
