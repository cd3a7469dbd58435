import { expect, it } from 'vitest'
import { answerOf } from '#lib/verdict/answer.ts'
import { claimsWith, standingWith } from '#lib/verdict/standing.fixture.ts'
import { ANSWERS_MAX } from '#lib/verdict/validation.ts'

const standing = standingWith()

it('is one object for all credentials of a token that ask for the same', () => {
  const first = answerOf(standing, claimsWith({ id: 'jwt-1' }))
  expect(answerOf(standing, claimsWith({ id: 'jwt-2' }))).toBe(first)
  expect(first.validation).toMatchObject({
    audience: 'https://api.example',
    roles: ['member'],
    permissions: ['projects:read', 'reports:read'],
    user: { id: 'ada', email: 'ada@acme.example', name: 'Ada' },
  })
})

it('is another for another audience, a narrower scope, or another standing', () => {
  const first = answerOf(standing, claimsWith())
  const narrowed = answerOf(standing, claimsWith({ scope: ['reports:read', 'gone:read'] }))
  expect(narrowed.validation.permissions).toEqual(['reports:read'])
  expect(answerOf(standing, claimsWith({ scope: [] })).validation.permissions).toEqual([])
  expect(answerOf(standing, claimsWith({ audience: 'https://other.example' })).validation.audience).toBe(
    'https://other.example',
  )
  expect(answerOf(standingWith(), claimsWith())).not.toBe(first)
})

it('is never that of a name which reads the same in another way', () => {
  const one = answerOf(standing, claimsWith({ audience: 'a', scope: ['reports:read'] }))
  const other = answerOf(standing, claimsWith({ audience: 'a reports:read' }))
  expect([one, other].map(({ validation }) => validation.permissions)).toEqual([
    ['reports:read'],
    ['projects:read', 'reports:read'],
  ])
})

it('is remembered for so many of them, and is right for the others as well', () => {
  const of = (n: number) => answerOf(standing, claimsWith({ audience: `https://${n}.example` }))
  const kept = Array.from({ length: ANSWERS_MAX + 1 }, (_, n) => of(n))
  expect(kept.map(({ validation }) => validation.audience)).toEqual(kept.map((_, n) => `https://${n}.example`))
  expect(of(ANSWERS_MAX)).toBe(kept[ANSWERS_MAX])
})
