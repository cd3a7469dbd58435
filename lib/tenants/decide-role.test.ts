import { describe, expect, it } from 'vitest'
import { actingWith, roleWith } from '#lib/access/acting.fixture.ts'
import { decideDefineRole, decideEditRole, decideTouchRole, refusalOfUnknown } from '#lib/tenants/decide-role.ts'
import { refuse, unlessRefused } from '#lib/tenants/refusal.ts'

const tenantRoles = [
  roleWith('auditor', 25, ['reports:read', 'invoices:read']),
  roleWith('chief', 5, ['reports:read']),
  roleWith('peer', 10, ['reports:read', 'subscription:write']),
]
const owner = actingWith(['owner'], { tenantRoles })
const admin = actingWith(['admin'], { tenantRoles })
const member = actingWith(['member'], { tenantRoles })

const answer = (decision: { outcome: string; code?: string }) => decision.code ?? decision.outcome

describe('defining a role', () => {
  it.each<readonly [string, typeof owner, Parameters<typeof roleWith>, string]>([
    ['weaker than one’s own', admin, ['helper', 11, ['reports:read']], 'allowed'],
    ['as strong as one’s own', admin, ['helper', 10, ['reports:read']], 'allowed'],
    ['that allows nothing', admin, ['helper', 10, []], 'allowed'],
    ['a step stronger than one’s own', admin, ['helper', 9, []], 'access.too_strong'],
    ['that allows what one does not hold', admin, ['helper', 50, ['subscription:write']], 'access.exceeds_own'],
    ['that allows what nobody has heard of', owner, ['helper', 50, ['moon:read']], 'request.invalid'],
    ['under the key of another of the tenant', owner, ['auditor', 50, []], 'role.exists'],
    ['under the key of one of the environment', owner, ['member', 50, []], 'role.exists'],
    ['without the permission to', member, ['helper', 50, []], 'access.denied'],
    ['with portal permissions one holds', admin, ['helper', 50, ['tenant.members:read']], 'allowed'],
  ])('%s', (_, acting, role, expected) => {
    expect(answer(decideDefineRole(acting, roleWith(...role)))).toBe(expected)
  })

  it('with a permission above the ceiling asks for what one holds now', () => {
    const acting = actingWith(['owner'], { ceiling: new Set(['reports:read']) })
    expect(answer(decideDefineRole(acting, roleWith('helper', 50, ['reports:read'])))).toBe('allowed')
    expect(answer(decideDefineRole(acting, roleWith('helper', 50, ['records:read'])))).toBe('access.exceeds_own')
  })

  it('says beside the field which keys are too much', () => {
    expect(decideDefineRole(admin, roleWith('helper', 50, ['reports:read', 'subscription:write']))).toMatchObject({
      fields: { permissions: ['You do not hold subscription:write.'] },
    })
    expect(decideDefineRole(admin, roleWith('helper', 50, ['moon:read', 'sun:read']))).toMatchObject({
      fields: { permissions: ['The catalog does not have moon:read, sun:read.'] },
    })
  })
})

describe('touching a role', () => {
  it.each<readonly [string, typeof owner, string, string]>([
    ['weaker than one’s own', admin, 'auditor', 'allowed'],
    ['as strong as one’s own', admin, 'peer', 'allowed'],
    ['stronger than one’s own', admin, 'chief', 'access.too_strong'],
    ['of the environment', owner, 'member', 'access.denied'],
    ['that is not there', owner, 'helper', 'resource.not_found'],
    ['without the permission to', member, 'auditor', 'access.denied'],
    ['that is not there, without the permission to', member, 'helper', 'access.denied'],
  ])('%s', (_, acting, key, expected) => {
    expect(answer(decideTouchRole(acting, key))).toBe(expected)
  })
})

describe('editing a role', () => {
  it.each<readonly [string, typeof owner, Parameters<typeof roleWith>, string]>([
    ['adds what one holds', admin, ['auditor', 25, ['reports:read', 'records:read']], 'allowed'],
    ['adds nothing that one does not hold', admin, ['auditor', 25, ['subscription:write']], 'access.exceeds_own'],
    ['leaves what was there beyond one’s own', admin, ['peer', 10, ['reports:read', 'subscription:write']], 'allowed'],
    ['takes away what one does not hold', admin, ['peer', 10, ['reports:read']], 'allowed'],
    ['makes it as strong as one’s own', admin, ['auditor', 10, []], 'allowed'],
    ['makes it no stronger than one’s own', admin, ['auditor', 9, []], 'access.too_strong'],
    ['that is stronger is refused, though it would be weakened', admin, ['chief', 50, []], 'access.too_strong'],
    ['that is not there is refused', owner, ['helper', 50, []], 'resource.not_found'],
  ])('%s', (_, acting, role, expected) => {
    expect(answer(decideEditRole(acting, roleWith(...role)))).toBe(expected)
  })

  it('leaves a withdrawn permission that was there, and adds none', () => {
    const acting = actingWith(['owner'], { tenantRoles, withdrawn: ['invoices:read', 'records:read'] })
    const edit = (...keys: string[]) => answer(decideEditRole(acting, roleWith('auditor', 25, keys)))
    expect(edit('reports:read', 'invoices:read')).toBe('allowed')
    expect(edit('reports:read', 'records:read')).toBe('request.invalid')
  })
})

describe('what a catalog does not have', () => {
  it('is anything else but portal permissions', () => {
    expect(refusalOfUnknown(owner.environment, ['projects:read', 'tenant.tokens:manage'])).toBeUndefined()
    expect(refusalOfUnknown(owner.environment, [])).toBeUndefined()
    expect(refusalOfUnknown(owner.environment, ['tenant.everything:manage'])).toMatchObject({ code: 'request.invalid' })
  })
})

describe('a refusal', () => {
  it('is thrown as an error with all it says; any other decision is handed on', () => {
    const decision = { outcome: 'allowed', former: undefined } as const
    expect(unlessRefused(decision)).toBe(decision)
    const fields = { key: ['There is one.'] }
    expect(() => unlessRefused(refuse('role.exists', { detail: 'No.', fields }))).toThrow(
      expect.objectContaining({ code: 'role.exists', detail: 'No.', fields }),
    )
  })
})
