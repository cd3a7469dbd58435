import { expect, it } from 'vitest'
import { inputProblem, inputProblems } from '#components/tokens/problems.ts'
import type { FormState } from '#lib/errors/form-state.ts'

const refused = (fields: Readonly<Record<string, readonly string[]>>): FormState => ({
  status: 'refused',
  failure: { code: 'request.invalid', message: 'Check the marked fields.', fields, requestId: 'r' },
  values: {},
})

it('stands beside the input that a person sees, whatever path the request has', () => {
  const state = refused({
    name: ['Give the token a name.'],
    'grant.permissions': ['Choose at least one permission.'],
    'expiry.numericDate': ['Choose a date.'],
    'ipAllowlist.0': ['“x” is no IP address or CIDR range.'],
    'ipAllowlist.2': ['“y” is no IP address or CIDR range.'],
  })
  expect(inputProblems(state)).toEqual([
    { field: 'name', message: 'Give the token a name.' },
    { field: 'permissions', message: 'Choose at least one permission.' },
    { field: 'expiry', message: 'Choose a date.' },
    { field: 'ipAllowlist', message: '“x” is no IP address or CIDR range. “y” is no IP address or CIDR range.' },
  ])
  expect(inputProblem(state, 'expiry')).toBe('Choose a date.')
  expect(inputProblem(state, 'type')).toBeUndefined()
})

it('says nothing of a form that was not refused', () => {
  expect(inputProblems({ status: 'new' })).toEqual([])
})
