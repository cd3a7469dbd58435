import { describe, expect, it } from 'vitest'
import { editViewOf } from '#app/a/[slug]/tokens/[id]/edit/edit-view.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'
import { tokenWith } from '#lib/tokens/token.fixture.ts'
import type { Grant, Token } from '#lib/tokens/token.ts'

const permission = (key: string) => ({ key, label: key, description: '', category: 'C' })
const held = [permission('a:read'), permission('a:write')]

const options = {
  policy: STARTING_POLICY,
  m2mOffAt: null,
  contexts: ['user'] as const,
  grantable: { user: held, tenant: held },
  notHeld: 3,
  catalog: held,
  roles: [{ key: 'admin', name: 'Admin' }],
}

const editedWith = (grant: Grant, ownerUserId: string | null = 'mia'): Token =>
  tokenWith({
    context: ownerUserId === null ? 'tenant' : 'user',
    ownerUserId,
    grant,
    ipAllowlist: ['10.0.0.0/8', '::1/128'],
  })

const view = (grant: Grant, isOwner = true, ownerUserId: string | null = 'mia') =>
  editViewOf({ slug: 'acme', token: editedWith(grant, ownerUserId), options, isOwner, ownerName: 'Mia' })

describe('editViewOf', () => {
  it('shows single permissions ticked', () => {
    expect(view({ mode: 'permissions', permissions: ['a:read'] })).toMatchObject({
      grant: 'permissions',
      permissions: ['a:read'],
      keep: undefined,
      canFollow: true,
      ipAllowlist: '10.0.0.0/8\n::1/128',
      requestsPerMinute: '',
      heldCount: 2,
    })
  })

  it('shows the limit it has', () => {
    const token = { ...editedWith({ mode: 'owner' }), requestsPerMinute: 600 }
    const { requestsPerMinute } = editViewOf({ slug: 'acme', token, options, isOwner: true, ownerName: 'Mia' })
    expect(requestsPerMinute).toBe('600')
  })

  it('shows what only clients have where the token is one', () => {
    expect(view({ mode: 'owner' }).client).toBeUndefined()
    const token = { ...editedWith({ mode: 'owner' }), type: 'client_credentials' as const, dpopRequiredAt: 5 }
    const { client } = editViewOf({ slug: 'acme', token, options, isOwner: true, ownerName: 'Mia' })
    expect(client).toEqual({ refreshMode: 'default', dpopRequired: true })
  })

  it('lets the owner of a token that follows them go on or choose', () => {
    expect(view({ mode: 'owner' })).toMatchObject({ grant: 'owner', keep: undefined, canFollow: true })
  })

  it('keeps what it cannot show: another’s rights, roles, keys that are not the editor’s to give', () => {
    expect(view({ mode: 'owner' }, false)).toMatchObject({
      grant: 'keep',
      keep: 'All Mia may do, as it changes.',
      canFollow: false,
    })
    expect(view({ mode: 'roles', roles: ['admin', 'gone'] }, false, null).keep).toBe(
      'What the roles Admin, gone may do, as it changes.',
    )
    expect(view({ mode: 'permissions', permissions: ['a:read', 'b:read'] }, false, null)).toMatchObject({
      grant: 'keep',
      permissions: ['a:read'],
      keep: '2 permissions, of which 1 is not yours to give.',
    })
  })
})
