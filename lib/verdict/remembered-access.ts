import { LRUCache } from 'lru-cache'
import type { AccessStore, EnvironmentAccess, TenantAccess } from '#lib/access/access-store.ts'
import type { Change } from '#lib/changes/change.ts'
import type { FeedFollower } from '#lib/changes/feed-follower.ts'
import { MEMORY_AGE } from '#lib/changes/memory-age.ts'
import { jsonBytes, textBytes, textsBytes } from '#lib/verdict/memory-size.ts'

/** What the tokens of an environment, and those of an account, have in common: read once, and again after a change. */
export type RememberedAccess = Pick<AccessStore, 'environment' | 'tenant' | 'member'> & {
  /** Forgets what a change may have altered; undefined: everything. */
  drop(change: Change | undefined): void
}

const TENANTS_MAX = 10_000
/** What all accounts may take together. */
const TENANTS_BYTES_MAX = 32 * 1024 * 1024
const TENANT_BYTES = 500
const ENVIRONMENT = 'environment'

const tenantBytes = ({ id, slug, name, policy, ceiling, roles }: TenantAccess): number =>
  TENANT_BYTES + textBytes(id, slug, name) + textsBytes(ceiling ?? []) + jsonBytes(policy) + jsonBytes(roles)

/** Environment and accounts in memory, under the feed that the caller follows, who hands each change on to `drop`. */
export const rememberAccess = (
  accessStore: Pick<AccessStore, 'environment' | 'tenant' | 'member'>,
  follower: Pick<FeedFollower, 'read'>,
  bytesMax = TENANTS_BYTES_MAX,
): RememberedAccess => {
  const environments = new LRUCache<string, EnvironmentAccess>({ max: 1, ...MEMORY_AGE })
  const tenants = new LRUCache<string, TenantAccess>({
    max: TENANTS_MAX,
    maxSize: bytesMax,
    sizeCalculation: tenantBytes,
    ...MEMORY_AGE,
  })

  const ofEnvironment = ({ kind }: Change): boolean => kind === 'environment'
  const ofTenant =
    (tenantId: string) =>
    ({ kind, key }: Change): boolean =>
      kind === 'tenant' && key === tenantId

  const remembering = async <Kept extends EnvironmentAccess | TenantAccess | undefined>(
    cache: LRUCache<string, NonNullable<Kept>>,
    key: string,
    concerns: (change: Change) => boolean,
    read: () => Promise<Kept>,
  ): Promise<Kept> => {
    const known = cache.get(key)
    if (known) return known
    const { found, isStillSo } = await follower.read(read)
    if (found && isStillSo(concerns)) cache.set(key, found)
    return found
  }

  return {
    environment: () => remembering(environments, ENVIRONMENT, ofEnvironment, accessStore.environment),
    tenant: (tenantId) => remembering(tenants, tenantId, ofTenant(tenantId), () => accessStore.tenant(tenantId)),
    member: accessStore.member,
    drop: (change) => {
      if (!change || ofEnvironment(change)) environments.clear()
      if (!change) tenants.clear()
      else if (change.kind === 'tenant') tenants.delete(change.key)
    },
  }
}
