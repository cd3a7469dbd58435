import { describe, expect, it } from 'vitest'
import { standingWith } from '#lib/verdict/standing.fixture.ts'
import { createStandingCache } from '#lib/verdict/standing-cache.ts'

const filled = () => {
  const cache = createStandingCache()
  cache.set(standingWith({ id: 'ada-1' }))
  cache.set(standingWith({ id: 'ada-2' }))
  cache.set(standingWith({ id: 'bob-1', ownerUserId: 'bob' }))
  cache.set(standingWith({ id: 'ours', context: 'tenant', ownerUserId: null }))
  cache.set(standingWith({ id: 'elsewhere', tenantId: 'globex' }))
  const kept = () =>
    [
      ...['ada-1', 'ada-2', 'bob-1', 'ours'].filter((id) => cache.get('acme', id)),
      ...['elsewhere'].filter((id) => cache.get('globex', id)),
    ].join(' ')
  return { cache, kept }
}

const ALL = 'ada-1 ada-2 bob-1 ours elsewhere'

describe('a change drops', () => {
  it.each([
    ['token', 'acme/ada-1', 'ada-2 bob-1 ours elsewhere'],
    ['token', 'globex/ada-1', ALL],
    ['member', 'acme/ada', 'bob-1 ours elsewhere'],
    ['user', 'ada', 'bob-1 ours'],
    ['tenant', 'acme', 'elsewhere'],
    ['family', 'acme/ada-1/family-1', 'ada-2 bob-1 ours elsewhere'],
    ['environment', 'environment', ''],
  ] as const)('%s %s: what depends on it, and nothing else', (kind, key, rest) => {
    const { cache, kept } = filled()
    cache.drop({ seq: 1, kind, key })
    expect(kept()).toBe(rest)
  })

  it('nothing where another family of the token had ended before: one more has', () => {
    const { cache, kept } = filled()
    const standing = { ...standingWith({ id: 'ada-1' }), endedFamilies: new Set(['family-0']) }
    cache.set(standing)
    cache.drop({ seq: 1, kind: 'family', key: 'acme/ada-1/family-1' })
    cache.drop({ seq: 2, kind: 'family', key: 'acme/ada-2/family-2' })
    expect(kept()).toBe('ada-1 bob-1 ours elsewhere')
    expect(cache.get('acme', 'ada-1')?.endedFamilies).toEqual(new Set(['family-0', 'family-1']))
  })

  it('everything when changes were missed', () => {
    const { cache, kept } = filled()
    cache.drop(undefined)
    expect(kept()).toBe('')
  })
})

describe('a standing', () => {
  it('too large to be kept leaves nothing by which a later one of its token would be dropped', () => {
    const cache = createStandingCache(100_000)
    cache.set(standingWith({ id: 'token-1', description: 'd'.repeat(200_000) }))
    expect([cache.size(), cache.get('acme', 'token-1')]).toEqual([0, undefined])
    cache.set(standingWith({ id: 'token-1', ownerUserId: 'bob' }))
    cache.drop({ seq: 1, kind: 'user', key: 'ada' })
    expect(cache.get('acme', 'token-1')).toBeDefined()
    cache.drop({ seq: 2, kind: 'user', key: 'bob' })
    expect(cache.get('acme', 'token-1')).toBeUndefined()
  })

  it('set again is still dropped by its changes', () => {
    const { cache, kept } = filled()
    cache.set(standingWith({ id: 'ada-1' }))
    cache.drop({ seq: 1, kind: 'member', key: 'acme/ada' })
    expect(kept()).toBe('bob-1 ours elsewhere')
  })
})
