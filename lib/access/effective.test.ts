import { describe, expect, it } from 'vitest'
import { effectivePermissions, isSubset, missingPermissions, type PermissionSources } from '#lib/access/effective.ts'

const set = (...keys: readonly string[]) => new Set(keys)
const everything: PermissionSources = {
  catalog: set('a:read', 'a:write', 'b:read', 'tenant.tokens:manage'),
  ceiling: undefined,
  owner: undefined,
  granted: set('a:read', 'a:write'),
}
const effective = (sources: Partial<PermissionSources>) => [...effectivePermissions({ ...everything, ...sources })]
const missing = (sources: Partial<PermissionSources>) =>
  Object.fromEntries(missingPermissions({ ...everything, ...sources }))

describe('effectivePermissions', () => {
  it('is what was granted, in a stable order', () => {
    expect(effective({ granted: set('b:read', 'a:write', 'a:read') })).toEqual(['a:read', 'a:write', 'b:read'])
  })

  it('drops what the catalog no longer has', () => {
    expect(effective({ granted: set('a:read', 'gone:read') })).toEqual(['a:read'])
  })

  it('drops what the owner may not do now', () => {
    expect(effective({ owner: set('a:read', 'b:read') })).toEqual(['a:read'])
    expect(effective({ owner: set() })).toEqual([])
  })

  it('drops what is above the ceiling; an empty ceiling lets nothing of the catalog pass', () => {
    expect(effective({ ceiling: set('a:write') })).toEqual(['a:write'])
    expect(effective({ ceiling: set() })).toEqual([])
  })

  it('lets portal permissions pass the ceiling, which speaks of the product alone', () => {
    expect(effective({ granted: set('tenant.tokens:manage', 'a:read'), ceiling: set() })).toEqual([
      'tenant.tokens:manage',
    ])
  })

  it('gives nothing for a grant without keys', () => {
    expect(effective({ granted: set(), owner: set('a:read') })).toEqual([])
  })

  it('gives an owner grant all the owner may do, but never portal permissions', () => {
    const owner = set('a:read', 'b:read', 'tenant.tokens:manage')
    expect(effective({ granted: 'owner', owner })).toEqual(['a:read', 'b:read'])
    expect(effective({ granted: 'owner', owner, ceiling: set('b:read') })).toEqual(['b:read'])
  })

  it('gives an owner grant without an owner nothing', () => {
    expect(effective({ granted: 'owner' })).toEqual([])
  })

  it('gives a portal permission that was named singly, while the owner holds it', () => {
    const granted = set('tenant.tokens:manage')
    expect(effective({ granted, owner: set('tenant.tokens:manage') })).toEqual(['tenant.tokens:manage'])
    expect(effective({ granted, owner: set('a:read') })).toEqual([])
  })
})

describe('missingPermissions', () => {
  it('has nothing to say of what is effective', () => {
    expect(missing({})).toEqual({})
  })

  it('names the first reason: withdrawn, then ceiling, then owner', () => {
    const granted = set('gone:read', 'a:read', 'a:write', 'b:read')
    expect(missing({ granted, ceiling: set('a:write', 'b:read'), owner: set('b:read') })).toEqual({
      'gone:read': 'withdrawn',
      'a:read': 'ceiling',
      'a:write': 'owner',
    })
  })

  it('never blames an owner that a tenant token has not', () => {
    expect(missing({ ceiling: set('a:read'), owner: undefined })).toEqual({ 'a:write': 'ceiling' })
  })

  it('has nothing to say of an owner grant, which promised no single key', () => {
    expect(missing({ granted: 'owner', owner: set() })).toEqual({})
  })

  it('and the effective ones together are exactly what was granted', () => {
    const sources = { ...everything, granted: set('a:read', 'gone:read', 'b:read'), owner: set('b:read') }
    const both = [...effectivePermissions(sources), ...missingPermissions(sources).keys()]
    expect(set(...both)).toEqual(sources.granted)
  })
})

describe('isSubset', () => {
  it('holds for equal sets and the empty one, and not when one key is more', () => {
    expect(isSubset(['a'], set('a'))).toBe(true)
    expect(isSubset([], set())).toBe(true)
    expect(isSubset(['a', 'b'], set('a'))).toBe(false)
  })
})
