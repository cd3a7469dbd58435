import { describe, expect, it } from 'vitest'
import { parseInput } from '#lib/errors/parse-input.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import {
  addMemberRequest,
  changeMemberRolesRequest,
  isMemberId,
  listMembersRequest,
} from '#lib/tenants/member-requests.ts'
import { permissionRequest, roleRequest } from '#lib/tenants/role-requests.ts'

const fieldsOf = (schema: Parameters<typeof parseInput>[0], input: unknown): readonly string[] => {
  try {
    parseInput(schema, input)
    return []
  } catch (thrown) {
    if (!isPortalError(thrown) || thrown.code !== 'request.invalid') throw thrown
    return Object.keys(thrown.fields ?? {})
  }
}

const role = { key: 'auditor', name: 'Auditor', level: 25, permissions: ['reports:read'] }
const permission = { key: 'moon:read', label: 'Read the moon', category: 'Sky' }
const adding = { email: 'new@example.com', roleKeys: ['member'] }

describe('a role', () => {
  it('is read with an empty description, and each permission once, in order', () => {
    expect(parseInput(roleRequest, { ...role, permissions: ['b:read', 'a:read', 'b:read'] })).toEqual({
      ...role,
      description: '',
      permissions: ['a:read', 'b:read'],
    })
  })

  it.each<readonly [object, string]>([
    [{ key: '' }, 'key'],
    [{ key: 'Auditor' }, 'key'],
    [{ key: '1st' }, 'key'],
    [{ key: '_x' }, 'key'],
    [{ key: 'a-b' }, 'key'],
    [{ key: 'auditor\n' }, 'key'],
    [{ key: 'a\0' }, 'key'],
    [{ key: 'a'.repeat(41) }, 'key'],
    [{ key: 'audıtor' }, 'key'],
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 'two\nlines' }, 'name'],
    [{ name: 'two\u2028lines' }, 'name'],
    [{ description: 'x'.repeat(501) }, 'description'],
    [{ description: 'a\0b' }, 'description'],
    [{ level: -1 }, 'level'],
    [{ level: 1.5 }, 'level'],
    [{ level: 1_000_000 }, 'level'],
    [{ level: Number.NaN }, 'level'],
    [{ level: '5' }, 'level'],
    [{ permissions: ['Reports:read'] }, 'permissions.0'],
    [{ permissions: ['a:read', 'a'] }, 'permissions.1'],
    [{ permissions: Array(1001).fill('a:read') }, 'permissions'],
  ])('with %j is refused', (change, field) => {
    expect(fieldsOf(roleRequest, { ...role, ...change })).toEqual([field])
  })

  it.each<object>([
    { key: 'a' },
    { key: `a${'_'.repeat(39)}` },
    { name: 'x'.repeat(100) },
    { description: 'x'.repeat(500) },
    { description: 'two\nlines' },
    { level: 0 },
    { level: 999_999 },
    { permissions: [] },
    { permissions: Array(1000).fill('a:read') },
  ])('with what just fits is taken: %#', (change) => {
    expect(fieldsOf(roleRequest, { ...role, ...change })).toEqual([])
  })
})

describe('a permission of the catalog', () => {
  it.each(['tenant.tokens:manage', 'tenant.moon:read', 'Moon:read', 'moon', 'moon:', 'moon:read:all', 'a b:read'])(
    'may not be called %j',
    (key) => {
      expect(fieldsOf(permissionRequest, { ...permission, key })).toEqual(['key'])
    },
  )

  it.each(['tenant:read', 'tenants.x:read', 'a.b-c_d:e.f-g_h', `${'a'.repeat(40)}:${'b'.repeat(40)}`])(
    'may be called %j',
    (key) => {
      expect(fieldsOf(permissionRequest, { ...permission, key })).toEqual([])
    },
  )

  it('has a label and a category on one line', () => {
    expect(fieldsOf(permissionRequest, { ...permission, label: '', category: 'a\nb' })).toEqual(['label', 'category'])
  })
})

describe('adding a member', () => {
  it('looks an address up in its stored form, and each role once', () => {
    expect(parseInput(addMemberRequest, { email: ' New@Example.COM ', roleKeys: ['b', 'a', 'b'] })).toEqual({
      email: 'new@example.com',
      roleKeys: ['a', 'b'],
    })
  })

  it.each<readonly [object, string]>([
    [{ email: 'new' }, 'email'],
    [{ roleKeys: [] }, 'roleKeys'],
    [{ roleKeys: 'member' }, 'roleKeys'],
    [{ roleKeys: Array(21).fill('member') }, 'roleKeys'],
    [{ roleKeys: ['a b'] }, 'roleKeys.0'],
    [{ roleKeys: ['a\0'] }, 'roleKeys.0'],
    [{ roleKeys: ['é'] }, 'roleKeys.0'],
  ])('with %j is refused', (change, field) => {
    expect(fieldsOf(addMemberRequest, { ...adding, ...change })).toEqual([field])
  })

  it('takes twenty roles', () => {
    expect(fieldsOf(addMemberRequest, { ...adding, roleKeys: Array(20).fill('member') })).toEqual([])
  })
})

describe('a member’s id', () => {
  it.each(['', ' ', 'a b', 'a\0', 'a\n', 'ä', '\u202e', 'x'.repeat(101)])('is not %j', (text) => {
    expect(isMemberId(text)).toBe(false)
    expect(fieldsOf(changeMemberRolesRequest, { userId: text, roleKeys: ['member'] })).toEqual(['userId'])
  })

  it.each(['a', 'x'.repeat(100), '019ac0c2-7b1a-4b6e-9c88-2d1b2d3c4e5f'])('may be %j', (text) => {
    expect(isMemberId(text)).toBe(true)
  })
})

describe('a list of members', () => {
  it.each<readonly [object, readonly string[]]>([
    [{}, []],
    [{ limit: 1 }, []],
    [{ limit: 200 }, []],
    [{ limit: 0 }, ['limit']],
    [{ limit: 201 }, ['limit']],
    [{ limit: 1.5 }, ['limit']],
    [{ after: 'x'.repeat(254) }, []],
    [{ after: 'x'.repeat(255) }, ['after']],
    [{ after: 'a\0' }, ['after']],
  ])('asked for by %j', (asked, fields) => {
    expect(fieldsOf(listMembersRequest, asked)).toEqual(fields)
  })
})
