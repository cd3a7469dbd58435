import { expect, it } from 'vitest'
import { choicesInWords, readChoices } from '#components/tokens/choices.ts'
import { expiryChoices } from '#components/tokens/expiry-choices.ts'

const NOW = Date.UTC(2026, 2, 1) / 1000
const expiry = expiryChoices({ lifetimeSecondsMax: null, neverExpires: true }, 'Acme', NOW)
const words = { account: 'Acme', expiry, accountOnly: ['tenant.tokens:manage'] }

const formOf = (...pairs: readonly (readonly [string, string])[]) => {
  const form = new FormData()
  for (const [name, value] of pairs) form.append(name, value)
  return form
}

const both = [
  ['permissions', 'projects:read'],
  ['permissions', 'tenant.tokens:manage'],
] as const

it('an untouched form is a personal access token', () => {
  expect(choicesInWords(readChoices(formOf(['grant', 'owner'], ['expiry', '604800'])), words)).toEqual([
    'Me, in Acme',
    'Access token',
    'all you may do',
    'ends 8 Mar 2026',
  ])
})

it('counts only what a personal token may hold', () => {
  const form = formOf(['context', 'user'], ['grant', 'permissions'], ['expiry', 'never'], ...both)
  expect(choicesInWords(readChoices(form), words)).toContain('1 permission')
})

it('an account token never follows a role', () => {
  const form = formOf(['context', 'tenant'], ['type', 'client_credentials'], ['grant', 'owner'], ...both)
  expect(choicesInWords(readChoices(form), words)).toEqual([
    'Acme (account)',
    'Client credentials',
    '2 permissions',
    'no end chosen',
  ])
})
