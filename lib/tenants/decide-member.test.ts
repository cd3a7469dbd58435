import { describe, expect, it } from 'vitest'
import { actingWith, roleWith } from '#lib/access/acting.fixture.ts'
import { decideAddMember } from '#lib/tenants/decide-add-member.ts'
import { decideChangeRoles } from '#lib/tenants/decide-change-roles.ts'
import { decideRemoveMember } from '#lib/tenants/decide-remove-member.ts'
import { decideRoles } from '#lib/tenants/decide-roles.ts'
import { levelOf, refusalOfTouch, roleKeysAtLeast } from '#lib/tenants/touch-member.ts'

const owner = actingWith(['owner'])
const admin = actingWith(['admin'])
const member = actingWith(['member'])
const nobody = actingWith([])

const answer = (decision: { outcome: string; code?: string }) => decision.code ?? decision.outcome

describe('giving roles', () => {
  it.each<readonly [string, Parameters<typeof decideRoles>[0], readonly string[], readonly string[], string]>([
    ['an owner gives every role', owner, ['owner', 'admin', 'member', 'read_only'], [], 'given'],
    ['an admin gives their own', admin, ['admin'], [], 'given'],
    ['an admin gives weaker ones', admin, ['member', 'read_only'], [], 'given'],
    ['an admin gives no stronger one', admin, ['owner'], [], 'access.too_strong'],
    ['an admin gives no stronger one among weaker', admin, ['read_only', 'owner'], [], 'access.too_strong'],
    ['an admin leaves a stronger one that was there', admin, ['owner', 'member'], ['owner'], 'given'],
    ['somebody without a role gives none', nobody, ['read_only'], [], 'access.too_strong'],
    ['no role at all is no choice', owner, [], [], 'request.invalid'],
    ['an unknown role is none', owner, ['emperor'], [], 'request.invalid'],
    ['an unknown role spoils the known', owner, ['member', 'emperor'], [], 'request.invalid'],
    ['an unknown role is none, though kept', owner, ['emperor'], ['emperor'], 'request.invalid'],
    ['a key that prototypes know is none', owner, ['constructor'], [], 'request.invalid'],
  ])('%s', (_, acting, roleKeys, kept, expected) => {
    expect(answer(decideRoles(acting, roleKeys, kept))).toBe(expected)
  })

  it('names the role that is too much, beside the field', () => {
    expect(decideRoles(admin, ['owner'])).toEqual({
      outcome: 'refused',
      code: 'access.too_strong',
      detail: 'Owner is stronger than your own role.',
      fields: { roleKeys: ['Owner is stronger than your own role.'] },
    })
  })

  it('gives no weaker role that allows more than one’s own', () => {
    const acting = actingWith(['member'], { tenantRoles: [roleWith('auditor', 90, ['invoices:read'])] })
    expect(decideRoles(acting, ['auditor'])).toMatchObject({
      code: 'access.exceeds_own',
      fields: { roleKeys: ['The auditor allows more than your own role does.'] },
    })
  })

  it('gives a role of the tenant only in the tenant that has it', () => {
    const role = roleWith('auditor', 90, ['reports:read'])
    expect(answer(decideRoles(actingWith(['owner'], { tenantRoles: [role] }), ['auditor']))).toBe('given')
    expect(answer(decideRoles(owner, ['auditor']))).toBe('request.invalid')
  })
})

describe('adding a member', () => {
  it.each<readonly [string, typeof owner, readonly string[], boolean, string]>([
    ['an admin adds', admin, ['member'], false, 'given'],
    ['a member may not', member, ['read_only'], false, 'access.denied'],
    ['somebody who is one already is not added', admin, ['member'], true, 'member.exists'],
    ['who may not add does not learn who is one', member, ['read_only'], true, 'access.denied'],
    ['who may not give the role does not learn who is one', admin, ['owner'], true, 'access.too_strong'],
  ])('%s', (_, acting, roleKeys, isMember, expected) => {
    expect(answer(decideAddMember(acting, { roleKeys, isMember }))).toBe(expected)
  })
})

describe('changing a member’s roles', () => {
  const change = (
    acting: typeof owner,
    from: readonly string[],
    to: readonly string[],
    { anotherAsStrong = true } = {},
  ) => answer(decideChangeRoles(acting, { member: { name: 'Mia', roleKeys: from }, roleKeys: to, anotherAsStrong }))

  it.each<readonly [string, typeof owner, readonly string[], readonly string[], boolean, string]>([
    ['an admin makes a member read-only', admin, ['member'], ['read_only'], true, 'changed'],
    ['an admin makes a member an admin', admin, ['member'], ['admin'], true, 'changed'],
    ['an admin makes nobody an owner', admin, ['member'], ['owner'], true, 'access.too_strong'],
    ['an admin touches no owner', admin, ['owner'], ['member'], true, 'access.too_strong'],
    [
      'an admin touches no owner who is a member as well',
      admin,
      ['member', 'owner'],
      ['member'],
      true,
      'access.too_strong',
    ],
    ['a member changes nobody', member, ['read_only'], ['member'], true, 'access.denied'],
    ['the same roles change nothing', owner, ['member', 'admin'], ['admin', 'member'], true, 'unchanged'],
    ['one role less is a change', owner, ['member', 'admin'], ['admin'], true, 'changed'],
    ['one role more is a change', owner, ['admin'], ['member', 'admin'], true, 'changed'],
    ['an owner of several steps down', owner, ['owner'], ['admin'], true, 'changed'],
    ['the last owner does not', owner, ['owner'], ['admin'], false, 'member.last_owner'],
    ['the last owner takes a second role', owner, ['owner'], ['owner', 'member'], false, 'changed'],
    ['the last owner drops a second role', owner, ['owner', 'member'], ['owner'], false, 'changed'],
    ['the last of any becomes stronger', owner, ['admin'], ['owner'], false, 'changed'],
    ['somebody without a role gets one', admin, [], ['member'], true, 'changed'],
  ])('%s', (_, acting, from, to, anotherAsStrong, expected) => {
    expect(change(acting, from, to, { anotherAsStrong })).toBe(expected)
  })
})

describe('removing a member', () => {
  const remove = (acting: typeof owner, userId: string, roleKeys: readonly string[], anotherAsStrong: boolean) =>
    answer(decideRemoveMember(acting, { member: { userId, name: 'Mia', roleKeys }, anotherAsStrong }))

  it.each<readonly [string, typeof owner, string, readonly string[], boolean, string]>([
    ['an admin removes a member', admin, 'mia', ['member'], true, 'removed'],
    ['an admin removes an admin', admin, 'mia', ['admin'], true, 'removed'],
    ['an admin removes no owner', admin, 'mia', ['owner'], true, 'access.too_strong'],
    ['a member removes nobody else', member, 'mia', ['read_only'], true, 'access.denied'],
    ['a member leaves', member, 'me', ['member'], true, 'removed'],
    ['somebody without a role leaves', nobody, 'me', [], true, 'removed'],
    ['the last owner does not leave', owner, 'me', ['owner'], false, 'member.last_owner'],
    ['the last owner is not removed', owner, 'mia', ['owner'], false, 'member.last_owner'],
    ['who may not remove does not learn who is last', member, 'mia', ['read_only'], false, 'access.denied'],
  ])('%s', (_, acting, userId, roleKeys, anotherAsStrong, expected) => {
    expect(remove(acting, userId, roleKeys, anotherAsStrong)).toBe(expected)
  })
})

describe('strength', () => {
  it('of several roles is that of the strongest; without any it is weaker than all', () => {
    expect(levelOf(owner, ['read_only', 'admin'])).toBe(10)
    expect(levelOf(owner, [])).toBe(1_000_000)
    expect(levelOf(owner, ['emperor'])).toBe(1_000_000)
  })

  it('at least that of a level is of the roles at it and below', () => {
    expect(roleKeysAtLeast(owner, 10)).toEqual(['owner', 'admin'])
    expect(roleKeysAtLeast(owner, 9)).toEqual(['owner'])
    expect(roleKeysAtLeast(owner, -1)).toEqual([])
  })

  it('that is the same may touch', () => {
    expect(refusalOfTouch(admin, { name: 'Mia', roleKeys: ['admin'] })).toBeUndefined()
    expect(refusalOfTouch(admin, { name: 'Mia', roleKeys: ['owner'] })).toMatchObject({
      code: 'access.too_strong',
      detail: 'Mia has a stronger role than yours.',
    })
  })
})
