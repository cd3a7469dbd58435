import { expect, it } from 'vitest'
import { editInput, toEditRequest } from '#app/a/[slug]/tokens/[id]/edit/edit-input.ts'

const FILLED = {
  slug: 'acme',
  tokenId: 't-1',
  version: '3',
  name: 'nightly',
  description: '',
  grant: 'permissions',
  permissions: ['b:read', 'a:read'],
  ipAllowlist: '10.0.0.0/8\n',
  requestsPerMinute: '',
}

const request = (change: Readonly<Record<string, unknown>> = {}) =>
  toEditRequest(editInput.parse({ ...FILLED, ...change }))

it('changes what the form shows', () => {
  expect(request()).toEqual({
    name: 'nightly',
    description: '',
    grant: { mode: 'permissions', permissions: ['b:read', 'a:read'] },
    ipAllowlist: ['10.0.0.0/8'],
    requestsPerMinute: null,
  })
  expect(request({ requestsPerMinute: '60' }).requestsPerMinute).toBe(60)
  expect(request({ grant: 'owner' }).grant).toEqual({ mode: 'owner' })
})

it('changes what clients have only where the form has it', () => {
  expect(request({ dpopRequired: 'yes' })).not.toHaveProperty('dpopRequired')
  expect(request({ refreshMode: 'off' })).toMatchObject({ refreshMode: 'off', dpopRequired: false })
  expect(request({ refreshMode: 'default', dpopRequired: 'yes' })).toMatchObject({ dpopRequired: true })
})

it('leaves the grant alone when it shall stay as it stands, whatever is ticked', () => {
  expect(request({ grant: 'keep' }).grant).toBeUndefined()
})

it('leaves no ticks to be refused by the use-case', () => {
  expect(request({ permissions: undefined }).grant).toEqual({ mode: 'permissions', permissions: [] })
})

it('knows no other grant', () => {
  expect(() => request({ grant: 'roles' })).toThrow()
})
