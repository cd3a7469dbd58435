import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '#lib/errors/errors.ts'
import { createClaimsCache } from '#lib/verdict/claims-cache.ts'
import { decideExchange, decideVerdict } from '#lib/verdict/decide-verdict.ts'
import { claimsWith, NOW, standingWith } from '#lib/verdict/standing.fixture.ts'

const ASKED = { permissions: ['projects:write'], audience: 'https://elsewhere.example', address: '192.0.2.9' }

/** What may stand against a token, in the order in which it is told: the first reason is the one that is said. */
const REASONS: readonly (readonly [
  ErrorCode,
  Parameters<typeof standingWith>[0],
  Parameters<typeof standingWith>[1],
])[] = [
  ['token.revoked', { revoked: { at: NOW - 1, by: 'ada', reason: 'by_hand' } }, {}],
  ['credential.expired', { expiresAt: NOW }, {}],
  ['token.owner_gone', {}, { user: undefined }],
  ['token.paused', { paused: { at: NOW - 1, by: 'ada', level: 0, reason: '' } }, {}],
  ['token.switched_off', {}, { switchedOff: true }],
  ['credential.invalid', {}, { credentialEnds: new Map() }],
  ['token.address', { ipAllowlist: ['10.0.0.0/8'] }, {}],
]

const withAllFrom = (first: number) => {
  const rest = REASONS.slice(first)
  return standingWith(
    Object.assign({}, ...rest.map(([, token]) => token)),
    Object.assign({}, ...rest.map(([, , standing]) => standing)),
  )
}

describe('of several reasons against a token', () => {
  it.each(REASONS.map(([code], index) => [code, index] as const))(
    '%s is said before all that follow',
    (code, index) => {
      expect(decideVerdict(withAllFrom(index), claimsWith(), ASKED, NOW)).toEqual({ good: false, code })
    },
  )

  it('the audience is said before a missing permission, which is said last', () => {
    expect(decideVerdict(standingWith(), claimsWith(), ASKED, NOW)).toEqual({ good: false, code: 'token.audience' })
    expect(decideVerdict(standingWith(), claimsWith(), { ...ASKED, audience: undefined }, NOW)).toEqual({
      good: false,
      code: 'token.permission',
      missing: ['projects:write'],
    })
  })

  it('an exchange says the same of the token, and asks nothing of a JWT', () => {
    const ofToken = REASONS.filter(([code]) => code !== 'credential.invalid')
    for (const [code, token, standing] of ofToken)
      expect(decideExchange(standingWith(token, standing), '192.0.2.9', NOW)).toEqual({ good: false, code })
    expect(decideExchange(standingWith({}, { credentialEnds: new Map() }), undefined, NOW)).toEqual({ good: true })
  })
})

describe('the very second', () => {
  const at = (
    token: Parameters<typeof standingWith>[0],
    claims: Parameters<typeof claimsWith>[0],
    ends: number | null = null,
  ) =>
    decideVerdict(
      standingWith(token, { credentialEnds: new Map([['jwt-1', ends]]) }),
      claimsWith(claims),
      { permissions: [], audience: undefined, address: undefined },
      NOW,
    ).good

  it.each([
    ['the token expires', at({ expiresAt: NOW }, {}), false],
    ['before the token expires', at({ expiresAt: NOW + 1 }, {}), true],
    ['the JWT expires', at({}, { expiresAt: NOW }), false],
    ['before the JWT expires', at({}, { expiresAt: NOW + 1 }), true],
    ['the JWT begins', at({}, { notBefore: NOW }), true],
    ['before the JWT begins', at({}, { notBefore: NOW + 1 }), false],
    ['an overlap ends', at({}, {}, NOW), false],
    ['before an overlap ends', at({}, {}, NOW + 1), true],
    ['of 1970 is an end as well', at({ expiresAt: 0 }, {}), false],
  ])('%s', (_, good, expected) => {
    expect(good).toBe(expected)
  })
})

describe('verified claims in memory', () => {
  it('are found by the whole text alone', () => {
    const cache = createClaimsCache<{ readonly claims: ReturnType<typeof claimsWith> }>()
    const entry = { claims: claimsWith() }
    cache.set('header.payload.signature', entry)
    expect(cache.get('header.payload.signature')).toBe(entry)
    for (const other of ['header.payload.signaturf', 'header.payload.', 'header.payload.signature ', ''])
      expect(cache.get(other)).toBeUndefined()
  })

  it('are all forgotten at once', () => {
    const cache = createClaimsCache<{ readonly claims: ReturnType<typeof claimsWith> }>()
    for (const text of ['a', 'b']) cache.set(text, { claims: claimsWith() })
    cache.clear()
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined])
  })
})
