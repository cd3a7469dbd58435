import { describe, expect, it } from 'vitest'
import type { Acting } from '#lib/access/acting.ts'
import { memberRights } from '#lib/access/member-rights.ts'
import { STARTING_PERMISSIONS, STARTING_ROLES } from '#lib/access/starting-catalog.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'
import { optionsOf } from '#lib/tokens/token-options.ts'

const environment = { rightsVersion: 1, catalog: STARTING_PERMISSIONS, roles: STARTING_ROLES, m2mOffAt: null }
const acme = {
  id: 'acme',
  slug: 'acme',
  name: 'Acme',
  rightsVersion: 1,
  policy: STARTING_POLICY,
  ceiling: undefined,
  roles: [],
  m2mOffAt: null,
}

const actingAs = (roleKey: string, tenant: Acting['tenant'] = acme): Acting => ({
  environment,
  tenant,
  rights: memberRights(environment, tenant, { userId: 'u', name: 'U', email: 'u@example.com', roleKeys: [roleKey] }),
  versions: { tenantId: 'acme', tenant: 1, environment: 1 },
})

const keys = (permissions: readonly { readonly key: string }[]) => permissions.map(({ key }) => key)

describe('optionsOf', () => {
  it('offers a member what they hold, in the order of the catalog, and counts the rest', () => {
    const options = optionsOf(actingAs('member'))
    const held = STARTING_ROLES.find(({ key }) => key === 'member')?.permissions ?? []
    expect(keys(options.grantable.user)).toEqual(held.filter((key) => !key.startsWith('tenant.')))
    expect(options.notHeld).toBe(STARTING_PERMISSIONS.length - options.grantable.user.length)
    expect(options.contexts).toEqual(['user'])
  })

  it('offers account tokens, portal permissions among them, to those who manage tokens', () => {
    const options = optionsOf(actingAs('owner'))
    expect(options.contexts).toEqual(['user', 'tenant'])
    expect(options.notHeld).toBe(0)
    expect(keys(options.grantable.tenant)).toContain('tenant.tokens:manage')
    expect(keys(options.grantable.user)).not.toContain('tenant.tokens:manage')
  })

  it('follows the policy', () => {
    const strict = { ...STARTING_POLICY, personalTokens: false }
    expect(optionsOf(actingAs('member', { ...acme, policy: strict })).contexts).toEqual([])
    const open = { ...STARTING_POLICY, portalPermissionsInPersonalTokens: true }
    expect(keys(optionsOf(actingAs('owner', { ...acme, policy: open })).grantable.user)).toContain(
      'tenant.tokens:manage',
    )
  })

  it('leaves out what the account may not use, and does not blame the role for it', () => {
    const options = optionsOf(actingAs('owner', { ...acme, ceiling: new Set(['projects:read']) }))
    expect(keys(options.grantable.user)).toEqual(['projects:read'])
    expect(options.notHeld).toBe(0)
  })

  it('tells since when tokens are switched off', () => {
    expect(optionsOf(actingAs('owner', { ...acme, m2mOffAt: 7 })).m2mOffAt).toBe(7)
  })

  it('names every permission and role', () => {
    const options = optionsOf(actingAs('read_only'))
    expect(keys(options.catalog)).toEqual(
      expect.arrayContaining([...keys(STARTING_PERMISSIONS), 'tenant.members:read']),
    )
    expect(options.roles).toContainEqual({ key: 'admin', name: 'Admin' })
  })
})
