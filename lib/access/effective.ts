import { isPortalPermission } from '#lib/access/permission.ts'

/** The sets whose intersection is what a token may do now. */
export type PermissionSources = {
  /** The catalog's keys, portal permissions included. */
  readonly catalog: ReadonlySet<string>
  /** What the tenant may use at all; undefined: everything. */
  readonly ceiling: ReadonlySet<string> | undefined
  /** What the owner may do now; undefined for tenant tokens. */
  readonly owner: ReadonlySet<string> | undefined
  /** What was granted: single keys, or the keys of the granted roles as they are now; `owner`: all of the owner's. */
  readonly granted: ReadonlySet<string> | 'owner'
}

const passes = (key: string, { catalog, ceiling, owner }: PermissionSources): boolean =>
  catalog.has(key) &&
  (ceiling === undefined || isPortalPermission(key) || ceiling.has(key)) &&
  (owner?.has(key) ?? true)

/** Effective permissions: granted ∩ owner's ∩ ceiling ∩ catalog; an `owner` grant never holds portal permissions. */
export const effectivePermissions = (sources: PermissionSources): ReadonlySet<string> => {
  const { granted, owner } = sources
  const candidates = granted === 'owner' ? [...(owner ?? [])].filter((key) => !isPortalPermission(key)) : [...granted]
  return new Set(candidates.filter((key) => passes(key, sources)).sort())
}

/** Why a granted permission is not effective, the first reason that holds. */
export type MissingReason = 'withdrawn' | 'ceiling' | 'owner'

/** For each granted key that is not effective now, why; nothing for an `owner` grant. */
export const missingPermissions = (sources: PermissionSources): ReadonlyMap<string, MissingReason> => {
  if (sources.granted === 'owner') return new Map()
  const reason = (key: string): MissingReason =>
    sources.catalog.has(key) ? (passes(key, { ...sources, owner: undefined }) ? 'owner' : 'ceiling') : 'withdrawn'
  return new Map([...sources.granted].filter((key) => !passes(key, sources)).map((key) => [key, reason(key)]))
}

/** Whether every key of `inner` is in `outer`. */
export const isSubset = (inner: Iterable<string>, outer: ReadonlySet<string>): boolean =>
  [...inner].every((key) => outer.has(key))
