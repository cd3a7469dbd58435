import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { TenantAccess } from '#lib/access/access-store.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'
import { validationBody } from '#lib/api/validation-answer.ts'
import { answerOf } from '#lib/verdict/answer.ts'
import { createClaimsCache } from '#lib/verdict/claims-cache.ts'
import { jsonBytes, keysBytes, textBytes, textsBytes } from '#lib/verdict/memory-size.ts'
import { rememberAccess } from '#lib/verdict/remembered-access.ts'
import { claimsWith, standingWith } from '#lib/verdict/standing.fixture.ts'
import { createStandingCache } from '#lib/verdict/standing-cache.ts'
import { ANSWERS_MAX } from '#lib/verdict/validation.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const heap = (): number => {
  collect()
  return process.memoryUsage().heapUsed
}

// Texts as a database gives them: each in memory once more.
const fresh = (text: string): string => Buffer.from(text).toString()
const keys = (count: number) => Array.from({ length: count }, (_, n) => fresh(`resource-number-${n}:read`))

/** As large as one may be: 200 permissions of its own, 1 KiB of metadata, a long description, ten ranges. */
const largeStanding = (n: number) =>
  standingWith(
    {
      id: `token-${n}`,
      description: fresh('d'.repeat(500)),
      grant: { mode: 'permissions', permissions: keys(200) },
      metadata: { note: fresh('m'.repeat(1000)) },
      ipAllowlist: Array.from({ length: 10 }, (_, each) => fresh(`10.0.${each}.0/24`)),
    },
    { permissions: new Set(keys(200)) },
  )

const MIB = 1024 * 1024
const BYTES_MAX = 16 * MIB

describe('a flood', () => {
  it('of standings with 200 permissions, and of what is answered for them, stays within its bytes', () => {
    const before = heap()
    const cache = createStandingCache(BYTES_MAX)
    for (let n = 0; n < 1000; n += 1) {
      const standing = largeStanding(n)
      cache.set(standing)
      for (let audience = 0; audience < ANSWERS_MAX; audience += 1)
        validationBody(answerOf(standing, claimsWith({ audience: `https://api-${audience}.example` })))
    }
    const grown = heap() - before
    expect(cache.bytes()).toBeLessThanOrEqual(BYTES_MAX)
    // It was full, and the estimate is neither short of what it takes nor far beyond it.
    expect(cache.bytes()).toBeGreaterThan(BYTES_MAX - MIB)
    expect(cache.size()).toBeLessThan(1000)
    expect(grown).toBeLessThan(BYTES_MAX + 2 * MIB)
    expect(grown).toBeGreaterThan(BYTES_MAX / 3)
    expect(cache.get('acme', 'token-999')).toBeDefined()
    expect(cache.get('acme', 'token-0')).toBeUndefined()
  })

  it('of JWTs of 8 KiB, whose scope is most of that, stays within its bytes', () => {
    const before = heap()
    const cache = createClaimsCache<{ readonly claims: ReturnType<typeof claimsWith> }>(BYTES_MAX)
    for (let n = 0; n < 2000; n += 1) cache.set(`text-${n}`, { claims: claimsWith({ scope: keys(250) }) })
    expect(cache.bytes()).toBeLessThanOrEqual(BYTES_MAX)
    expect(cache.bytes()).toBeGreaterThan(BYTES_MAX - MIB)
    expect(heap() - before).toBeLessThan(BYTES_MAX + 2 * MIB)
    expect(cache.get('text-1999')).toBeDefined()
    expect(cache.get('text-0')).toBeUndefined()
  })

  it('of accounts with a ceiling and roles of their own stays within its bytes', async () => {
    const tenantOf = (id: string): TenantAccess => ({
      id,
      slug: id,
      name: fresh('n'.repeat(100)),
      rightsVersion: 1,
      policy: STARTING_POLICY,
      ceiling: new Set(keys(200)),
      roles: [{ key: 'own', name: 'Own', description: '', level: 9, permissions: keys(200) }],
      m2mOffAt: null,
    })
    const nobody = () => Promise.reject(new Error('not asked'))
    const store = { environment: nobody, member: nobody, tenant: async (id: string) => tenantOf(id) }
    const access = rememberAccess(
      store,
      { read: async (read) => ({ found: await read(), isStillSo: () => true }) },
      BYTES_MAX,
    )
    const before = heap()
    for (let n = 0; n < 1000; n += 1) await access.tenant(`tenant-${n}`)
    expect(heap() - before).toBeLessThan(BYTES_MAX + 2 * MIB)
    const last = await access.tenant('tenant-999')
    expect(await access.tenant('tenant-999')).toBe(last)
  })
})

describe('an estimate', () => {
  it('counts two bytes for each UTF-16 unit, and something for each text, key and place', () => {
    expect(textBytes('ab', undefined, '')).toBe(24 + 4 + 24)
    expect(textsBytes(['ab'])).toBe(64 + 24 + 28)
    expect(keysBytes(new Set(['a:b', 'c:d']))).toBe(64 + 2 * (24 + 24 + 3))
    expect(jsonBytes(null)).toBe(8)
    expect(jsonBytes({ a: ['bc', 1] })).toBe(64 + 24 + 26 + (64 + (24 + 26 + 28) + (24 + 26 + 8)))
  })

  it('of a usual standing, with what is answered for it, is some six thousand', () => {
    const cache = createStandingCache()
    cache.set(standingWith({}, { permissions: new Set(keys(20)) }))
    expect(cache.bytes()).toBeGreaterThan(4000)
    expect(cache.bytes()).toBeLessThan(7000)
  })
})
