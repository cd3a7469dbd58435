import { describe, expect, it } from 'vitest'
import { NO_LEVEL, permissionsOfRoles, strongestLevel } from '#lib/access/role.ts'

describe('strongestLevel', () => {
  it('is the lowest number among the roles', () => {
    expect(strongestLevel([{ level: 20 }, { level: 10 }, { level: 30 }])).toBe(10)
  })

  it('is weaker than any role without one', () => {
    expect(strongestLevel([])).toBe(NO_LEVEL)
    expect(strongestLevel([{ level: 999_999 }])).toBeLessThan(NO_LEVEL)
  })
})

describe('permissionsOfRoles', () => {
  it('is what any of the roles gives, each key once', () => {
    const roles = [{ permissions: ['a:read', 'a:write'] }, { permissions: ['a:read', 'b:read'] }]
    expect([...permissionsOfRoles(roles)]).toEqual(['a:read', 'a:write', 'b:read'])
  })

  it('is nothing without roles', () => {
    expect(permissionsOfRoles([]).size).toBe(0)
  })
})
