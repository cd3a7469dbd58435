import { describe, expect, it } from 'vitest'
import { actingWith, roleWith } from '#lib/access/acting.fixture.ts'
import { decideGrant } from '#lib/tokens/decide-grant.ts'
import { permissionSources } from '#lib/tokens/grant.ts'
import { requireGrant } from '#lib/tokens/require-grant.ts'
import type { Grant, TokenContext } from '#lib/tokens/token.ts'

const admin = actingWith(['admin'])
const require = (context: TokenContext, grant: Grant) => () =>
  requireGrant(decideGrant(admin, admin.rights, context, grant))

describe('a grant that is refused', () => {
  it.each<readonly [string, TokenContext, Grant, object]>([
    [
      'permissions one does not hold',
      'tenant',
      { mode: 'permissions', permissions: ['projects:read', 'subscription:write'] },
      { code: 'access.exceeds_own', fields: { grant: ['You do not hold subscription:write.'] } },
    ],
    [
      'a role stronger than one’s own',
      'tenant',
      { mode: 'roles', roles: ['owner', 'member'] },
      { code: 'access.exceeds_own', fields: { grant: ['owner is stronger than your role.'] } },
    ],
    [
      'portal permissions in a personal token',
      'user',
      { mode: 'permissions', permissions: ['tenant.tokens:manage'] },
      { code: 'token.policy', fields: { grant: ['Leave out tenant.tokens:manage.'] } },
    ],
    [
      'a role that is not there',
      'user',
      { mode: 'roles', roles: ['emperor'] },
      { code: 'request.invalid', fields: { grant: ['There is no role emperor.'] } },
    ],
    [
      'an owner for a token that has none',
      'tenant',
      { mode: 'owner' },
      { code: 'request.invalid', fields: { grant: [expect.stringMatching(/no owner to follow/)] } },
    ],
  ])('%s: says so beside the field', (_, context, grant, error) => {
    expect(require(context, grant)).toThrow(expect.objectContaining(error))
  })
})

describe('a grant that is allowed', () => {
  it.each<readonly [TokenContext, Grant]>([
    ['user', { mode: 'owner' }],
    ['tenant', { mode: 'permissions', permissions: ['projects:read', 'tenant.tokens:manage'] }],
    ['user', { mode: 'roles', roles: ['admin', 'member'] }],
  ])('for a %s token passes: %j', (context, grant) => {
    expect(require(context, grant)).not.toThrow()
  })
})

describe('what a grant names now', () => {
  const tenantRoles = [roleWith('auditor', 50, ['reports:read', 'tenant.members:read'])]
  const place = actingWith(['owner'], { tenantRoles, withdrawn: ['records:read'], ceiling: new Set(['reports:read']) })
  const sources = (context: TokenContext, grant: Grant, owner = place.rights) =>
    permissionSources(place, { context, grant }, context === 'user' ? owner : undefined)

  it('is the keys themselves, or the roles’ keys of this moment', () => {
    expect(sources('tenant', { mode: 'permissions', permissions: ['x:y'] }).granted).toEqual(new Set(['x:y']))
    expect(sources('tenant', { mode: 'roles', roles: ['auditor', 'gone'] }).granted).toEqual(
      new Set(['reports:read', 'tenant.members:read']),
    )
    expect(sources('user', { mode: 'owner' }).granted).toBe('owner')
  })

  it('through a role brings a personal token nothing of the portal', () => {
    expect(sources('user', { mode: 'roles', roles: ['auditor'] }).granted).toEqual(new Set(['reports:read']))
  })

  it('is confined to the owner’s rights, to none once the owner has gone, and for an account to nobody’s', () => {
    expect(sources('user', { mode: 'owner' }).owner).toBe(place.rights.permissions)
    expect(permissionSources(place, { context: 'user', grant: { mode: 'owner' } }, undefined).owner).toEqual(new Set())
    expect(sources('tenant', { mode: 'permissions', permissions: [] }).owner).toBeUndefined()
  })

  it('is held against the catalog and the ceiling as they are', () => {
    const { catalog, ceiling } = sources('tenant', { mode: 'permissions', permissions: [] })
    expect(catalog.has('records:read')).toBe(false)
    expect(catalog.has('tenant.tokens:manage')).toBe(true)
    expect(ceiling).toEqual(new Set(['reports:read']))
  })
})
