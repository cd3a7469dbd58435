import { expect, it } from 'vitest'
import { count } from '#components/format/count.ts'
import { initials } from '#components/format/initials.ts'

it.each([
  ['Ada Lovelace', 'AL'],
  ['Acme', 'A'],
  ['ada.lovelace@example.com', 'AL'],
  ['Jean Luc Picard', 'JP'],
  ['łukasz', 'Ł'],
  ['🦊 fox', '🦊F'],
  ['  ', '?'],
])('initials of "%s" are %s', (name, letters) => {
  expect(initials(name)).toBe(letters)
})

it.each([
  [0, '0 tokens'],
  [1, '1 token'],
  [1200, '1,200 tokens'],
])('count(%d) is "%s"', (amount, text) => {
  expect(count(amount, 'token')).toBe(text)
})
