import { expect, it } from 'vitest'
import { introspectionTypeFor } from '#lib/api/introspection-media-type.ts'

const JWT = 'application/token-introspection+jwt'

it.each([
  [JWT],
  ['Application/Token-Introspection+JWT'],
  [`${JWT}; q=0.5`],
  [`application/json;q=0.9, ${JWT}`],
  [`application/json, ${JWT}`],
  [`${JWT}, */*;q=0.1`],
  [`text/html, ${JWT};q=0.1`],
])('is signed for %s', (accept) => {
  expect(introspectionTypeFor(accept)).toBe('jwt')
})

it.each([
  [undefined],
  [''],
  ['*/*'],
  ['application/*'],
  ['application/json'],
  ['text/html'],
  ['application/jwt'],
  [`${JWT};q=0`],
  [`${JWT};q=0.5, application/json`],
  [`${JWT};q=0.5, application/*;q=0.6`],
  [`${JWT};q=0.5, */*`],
  [`${JWT}x`],
  [';;;,,,q='],
])('is JSON for %s', (accept) => {
  expect(introspectionTypeFor(accept)).toBe('json')
})
