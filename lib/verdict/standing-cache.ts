import { LRUCache } from 'lru-cache'
import type { Change } from '#lib/changes/change.ts'
import { MEMORY_AGE } from '#lib/changes/memory-age.ts'
import type { Token } from '#lib/tokens/token.ts'
import { jsonBytes, keysBytes, textBytes, textsBytes } from '#lib/verdict/memory-size.ts'
import type { Standing } from '#lib/verdict/standing.ts'
import { ANSWERS_MAX } from '#lib/verdict/validation.ts'

/** Standings in memory, dropped precisely as the change feed tells. */
export type StandingCache = {
  get(tenantId: string, tokenId: string): Standing | undefined
  /** One that is up to a minute too old to be got, and that no change has dropped: for while nobody can be asked. */
  late(tenantId: string, tokenId: string): Standing | undefined
  set(standing: Standing): void
  /** Drops what a change may have altered; undefined: everything. */
  drop(change: Change | undefined): void
  /** How many are kept. */
  size(): number
  /** About how many bytes they take, with the answers that are remembered beside them. */
  bytes(): number
}

const ENTRIES_MAX = 50_000
/** What all of them may take together. */
const STANDINGS_BYTES_MAX = 192 * 1024 * 1024
const LATE_MS_MAX = 60_000

const keyOf = (tenantId: string, tokenId: string): string => `${tenantId}/${tokenId}`

/** What a standing depends on beside its own token, by which those of many tokens are found. */
const dependencies = ({ token: { tenantId, ownerUserId } }: Standing): readonly string[] =>
  ownerUserId === null
    ? [`tenant:${tenantId}`]
    : [`tenant:${tenantId}`, `user:${ownerUserId}`, `member:${tenantId}/${ownerUserId}`]

/** Which standings a change may have altered: all, that of one token, or those that depend on something. */
type Altered = 'all' | { readonly token: string } | { readonly dependency: string }

const alteredBy = ({ kind, key }: Change): Altered => {
  if (kind === 'environment') return 'all'
  if (kind === 'token') return { token: key }
  // Clients that sign off end a family each time: that must cost no other token its place here.
  return kind === 'family' ? { token: key.split('/', 2).join('/') } : { dependency: `${kind}:${key}` }
}

/** Whether a change may have altered this standing. */
export const concerns =
  (standing: Standing) =>
  (change: Change): boolean => {
    const altered = alteredBy(change)
    if (altered === 'all') return true
    if ('token' in altered) return altered.token === keyOf(standing.token.tenantId, standing.token.id)
    return dependencies(standing).includes(altered.dependency)
  }

// Objects of one token, its dependencies, and places in maps.
const ENTRY_BYTES = 1500
// An id, its end, and a place in a map.
const ID_BYTES = 150
// What is answered for it, beside the keys it names (validation.ts): objects and a text.
const ANSWER_BYTES = 500
const KEY_AGAIN_BYTES = 12

const grantBytes = ({ grant }: Token): number => {
  if (grant.mode === 'owner') return 0
  return keysBytes(grant.mode === 'roles' ? grant.roles : grant.permissions)
}

// The keys are the same texts, listed once more, and put into words.
const answerBytes = ({ permissions, roles }: Standing, metadataBytes: number): number => {
  let sum = ANSWER_BYTES + metadataBytes
  for (const key of permissions) sum += KEY_AGAIN_BYTES + key.length
  for (const key of roles) sum += KEY_AGAIN_BYTES + key.length
  return sum
}

const standingBytes = (standing: Standing): number => {
  const { token, tenant, user, permissions, roles, credentialEnds, endedFamilies } = standing
  const names = textBytes(token.name, token.description, token.granter.name, tenant.name, user?.email, user?.name)
  const reasons = textBytes(token.paused?.reason, token.paused?.by, token.revoked?.by)
  const ids = ID_BYTES * (credentialEnds.size + endedFamilies.size)
  const rights = grantBytes(token) + keysBytes(permissions) + keysBytes(roles) + textsBytes(token.ipAllowlist)
  const metadata = jsonBytes(token.metadata)
  return ENTRY_BYTES + names + reasons + ids + rights + metadata + ANSWERS_MAX * answerBytes(standing, metadata)
}

/** An empty cache of at most 50,000 standings and 192 MiB, none older than a minute. */
export const createStandingCache = (bytesMax = STANDINGS_BYTES_MAX): StandingCache => {
  const dependents = new Map<string, Set<string>>()
  const forget = (standing: Standing, cacheKey: string) => {
    for (const dependency of dependencies(standing)) {
      const keys = dependents.get(dependency)
      keys?.delete(cacheKey)
      if (keys?.size === 0) dependents.delete(dependency)
    }
  }
  const standings = new LRUCache<string, Standing>({
    max: ENTRIES_MAX,
    maxSize: bytesMax,
    sizeCalculation: standingBytes,
    ...MEMORY_AGE,
    noDeleteOnStaleGet: true,
    dispose: forget,
  })
  // A client that signs off each run would have the families of a day read again each time, and everybody would wait for that.
  // What it adds is in no sum of bytes until the standing is read again, within a minute.
  const noteEnded = (key: string): boolean => {
    const [tenantId = '', tokenId = '', familyId = ''] = key.split('/')
    const standing = standings.peek(keyOf(tenantId, tokenId), { allowStale: true })
    if (!standing || standing.endedFamilies.size === 0) return false
    standing.endedFamilies.add(familyId)
    return true
  }
  return {
    get: (tenantId, tokenId) => standings.get(keyOf(tenantId, tokenId)),
    late: (tenantId, tokenId) => {
      const key = keyOf(tenantId, tokenId)
      if (standings.getRemainingTTL(key) < -LATE_MS_MAX) return undefined
      return standings.get(key, { allowStale: true })
    },
    set: (standing) => {
      const cacheKey = keyOf(standing.token.tenantId, standing.token.id)
      standings.set(cacheKey, standing)
      // One alone that is larger than all may be together is not kept.
      if (!standings.has(cacheKey)) return
      for (const dependency of dependencies(standing)) {
        const keys = dependents.get(dependency) ?? new Set()
        dependents.set(dependency, keys.add(cacheKey))
      }
    },
    drop: (change) => {
      if (change?.kind === 'family' && noteEnded(change.key)) return
      const altered = change ? alteredBy(change) : 'all'
      if (altered === 'all') standings.clear()
      else if ('token' in altered) standings.delete(altered.token)
      else for (const cacheKey of dependents.get(altered.dependency) ?? []) standings.delete(cacheKey)
    },
    size: () => standings.size,
    bytes: () => standings.calculatedSize,
  }
}
