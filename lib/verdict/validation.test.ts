import { expect, it } from 'vitest'
import { claimsWith, standingWith } from '#lib/verdict/standing.fixture.ts'
import { ANSWERS_MAX, validationOf } from '#lib/verdict/validation.ts'

const standing = standingWith()

it('is one object for all credentials of a token that ask for the same', () => {
  const first = validationOf(standing, claimsWith({ id: 'jwt-1' }))
  expect(validationOf(standing, claimsWith({ id: 'jwt-2' }))).toBe(first)
  expect(first).toMatchObject({
    audience: 'https://api.example',
    roles: ['member'],
    permissions: ['projects:read', 'reports:read'],
    user: { id: 'ada', email: 'ada@acme.example', name: 'Ada' },
  })
})

it('is another for another audience, a narrower scope, or another standing', () => {
  const first = validationOf(standing, claimsWith())
  const narrowed = validationOf(standing, claimsWith({ scope: ['reports:read', 'gone:read'] }))
  expect(narrowed.permissions).toEqual(['reports:read'])
  expect(validationOf(standing, claimsWith({ scope: [] })).permissions).toEqual([])
  expect(validationOf(standing, claimsWith({ audience: 'https://other.example' })).audience).toBe(
    'https://other.example',
  )
  expect(validationOf(standingWith(), claimsWith())).not.toBe(first)
})

it('is never that of a name which reads the same in another way', () => {
  const one = validationOf(standing, claimsWith({ audience: 'a', scope: ['reports:read'] }))
  const other = validationOf(standing, claimsWith({ audience: 'a reports:read' }))
  expect([one.permissions, other.permissions]).toEqual([['reports:read'], ['projects:read', 'reports:read']])
})

it('is remembered for so many of them, and is right for the others as well', () => {
  const of = (n: number) => validationOf(standing, claimsWith({ audience: `https://${n}.example` }))
  const kept = Array.from({ length: ANSWERS_MAX + 1 }, (_, n) => of(n))
  expect(kept.map(({ audience }) => audience)).toEqual(kept.map((_, n) => `https://${n}.example`))
  expect(of(ANSWERS_MAX)).toBe(kept[ANSWERS_MAX])
})
