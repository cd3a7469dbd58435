import { describe, expect, it } from 'vitest'
import { isPermissionKey, isPortalPermission, portalPermissions } from '#lib/access/permission.ts'
import { STARTING_PERMISSIONS, STARTING_ROLES } from '#lib/access/starting-catalog.ts'

const FORTY = 'a'.repeat(40)

describe('isPermissionKey', () => {
  it.each(['projects:read', 'a:b', 'tenant.tokens:manage', 'api_v2.projects-x:read_all', `${FORTY}:${FORTY}`])(
    'takes %s',
    (key) => expect(isPermissionKey(key)).toBe(true),
  )

  it.each([
    '',
    'projects',
    ':read',
    'projects:',
    'Projects:read',
    'projects:read:all',
    'projects: read',
    '1projects:read',
    'projects:*',
    'projects:read\n',
    'projekté:read',
    `${FORTY}a:read`,
    `read:${FORTY}a`,
  ])('refuses %j', (key) => expect(isPermissionKey(key)).toBe(false))
})

describe('portal permissions', () => {
  it('are told from those of the catalog by their key alone', () => {
    expect(portalPermissions.every(({ key }) => isPortalPermission(key))).toBe(true)
    expect(STARTING_PERMISSIONS.some(({ key }) => isPortalPermission(key))).toBe(false)
    expect(isPortalPermission('tenant:read')).toBe(false)
    expect(isPortalPermission('tenants.x:read')).toBe(false)
  })
})

describe('the starting catalog', () => {
  it('has well-formed keys, each once', () => {
    const keys = [...STARTING_PERMISSIONS, ...portalPermissions].map(({ key }) => key)
    expect(keys.filter((key) => !isPermissionKey(key))).toEqual([])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('has roles that name only permissions there are, the stronger holding all the weaker do', () => {
    const keys = new Set([...STARTING_PERMISSIONS, ...portalPermissions].map(({ key }) => key))
    for (const [index, role] of STARTING_ROLES.entries()) {
      expect(role.permissions.filter((key) => !keys.has(key))).toEqual([])
      const stronger = STARTING_ROLES[index - 1]
      if (!stronger) continue
      expect(stronger.level).toBeLessThan(role.level)
      expect(role.permissions.filter((key) => !stronger.permissions.includes(key))).toEqual([])
    }
  })
})
