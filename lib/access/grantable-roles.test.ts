import { describe, expect, it } from 'vitest'
import { grantableRoles, isAtLeastAsStrong, refusalOfRole } from '#lib/access/grantable-roles.ts'
import { NO_LEVEL, type Role, strongestLevel } from '#lib/access/role.ts'
import { STARTING_ROLES } from '#lib/access/starting-catalog.ts'

const role = (key: string, level: number, ...permissions: readonly string[]): Role => ({
  key,
  name: key,
  description: '',
  level,
  permissions,
})
const giver = (...roles: readonly Role[]) => ({ level: strongestLevel(roles), roles })
const named = (key: string) => STARTING_ROLES.filter((candidate) => candidate.key === key)
const keysGivenBy = (key: string) => grantableRoles(giver(...named(key)), STARTING_ROLES).map((given) => given.key)

describe('refusalOfRole', () => {
  const lead = giver(role('lead', 10, 'a:read', 'a:write'))

  it.each([
    ['an equal role', role('peer', 10, 'a:read', 'a:write'), undefined],
    ['a weaker one with less', role('helper', 20, 'a:read'), undefined],
    ['one that allows nothing', role('guest', 30), undefined],
    ['a stronger one, whatever it allows', role('chief', 9), 'access.too_strong'],
    ['a weaker one that allows more', role('clerk', 20, 'invoices:read'), 'access.exceeds_own'],
  ])('%s', (_, given, refusal) => expect(refusalOfRole(lead, given)).toBe(refusal))

  it('counts all roles of the giver together', () => {
    const both = giver(role('lead', 10, 'a:read'), role('clerk', 20, 'invoices:read'))
    expect(refusalOfRole(both, role('mixed', 10, 'a:read', 'invoices:read'))).toBeUndefined()
  })

  it('lets someone without a role give none', () => {
    expect(refusalOfRole(giver(), role('guest', NO_LEVEL - 1))).toBe('access.too_strong')
  })
})

describe('grantableRoles', () => {
  it('of the roles an environment starts with: each gives itself and the weaker', () => {
    expect(keysGivenBy('owner')).toEqual(['owner', 'admin', 'member', 'read_only'])
    expect(keysGivenBy('admin')).toEqual(['admin', 'member', 'read_only'])
    expect(keysGivenBy('read_only')).toEqual(['read_only'])
  })
})

describe('isAtLeastAsStrong', () => {
  it('holds among equals and downwards', () => {
    expect(isAtLeastAsStrong(10, 10)).toBe(true)
    expect(isAtLeastAsStrong(0, 10)).toBe(true)
    expect(isAtLeastAsStrong(10, 9)).toBe(false)
  })
})
