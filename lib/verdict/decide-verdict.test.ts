import { describe, expect, it } from 'vitest'
import { decideExchange, decideVerdict, type Requirements } from '#lib/verdict/decide-verdict.ts'
import { claimsWith, NOW, standingWith } from '#lib/verdict/standing.fixture.ts'

const asked = (given: Partial<Requirements> = {}): Requirements => ({
  permissions: [],
  audience: undefined,
  address: undefined,
  ...given,
})

const bearer = claimsWith({ purpose: 'bearer', id: 'any', familyId: 'family-1' })
const by = (reason: 'by_hand' | 'leaked' | 'member_removed') => ({ at: NOW - 1, by: 'ada', reason })

describe('a good credential', () => {
  it.each([
    ['access JWT', standingWith(), claimsWith()],
    ['bearer JWT', standingWith({ type: 'client_credentials' }), bearer],
    ['without an end', standingWith({ expiresAt: null }), claimsWith({ expiresAt: undefined })],
    ['in its last second', standingWith({ expiresAt: NOW + 1 }), claimsWith({ expiresAt: NOW + 1 })],
    ['of a tenant', standingWith({ context: 'tenant', ownerUserId: null }, { user: undefined }), claimsWith()],
  ])('%s', (_, standing, claims) => {
    expect(decideVerdict(standing, claims, asked(), NOW)).toEqual({ good: true })
  })
})

describe('a refused credential', () => {
  it.each([
    ['revoked', standingWith({ revoked: by('by_hand') }), claimsWith(), 'token.revoked'],
    ['revoked since it was found', standingWith({ revoked: by('leaked') }), claimsWith(), 'token.revoked'],
    ['revoked with its owner', standingWith({ revoked: by('member_removed') }), claimsWith(), 'token.owner_gone'],
    ['of an owner who has gone', standingWith({}, { user: undefined }), claimsWith(), 'token.owner_gone'],
    ['expired this second', standingWith({ expiresAt: NOW }), claimsWith(), 'credential.expired'],
    ['whose JWT expired', standingWith(), claimsWith({ expiresAt: NOW }), 'credential.expired'],
    ['not to be used yet', standingWith(), claimsWith({ notBefore: NOW + 1 }), 'credential.invalid'],
    ['paused', standingWith({ paused: { at: 1, by: 'ada', level: 0, reason: '' } }), claimsWith(), 'token.paused'],
    ['switched off', standingWith({}, { switchedOff: true }), claimsWith(), 'token.switched_off'],
    ['whose credential is unknown', standingWith(), claimsWith({ id: 'jwt-2' }), 'credential.invalid'],
    ['rotated out', standingWith({}, { credentialEnds: new Map([['jwt-1', NOW]]) }), claimsWith(), 'token.revoked'],
    [
      'an access JWT of client credentials',
      standingWith({ type: 'client_credentials' }),
      claimsWith(),
      'credential.invalid',
    ],
    ['a bearer JWT of an access token', standingWith(), bearer, 'credential.invalid'],
    [
      'of a stolen family',
      standingWith({ type: 'client_credentials' }, { endedFamilies: new Set(['family-1']) }),
      bearer,
      'token.revoked',
    ],
    [
      'of a secret that has ended',
      standingWith({ type: 'client_credentials' }, { credentialEnds: new Map([['secret-1', NOW]]) }),
      { ...bearer, credentialId: 'secret-1' },
      'token.revoked',
    ],
    [
      'of a secret that is no longer there',
      standingWith({ type: 'client_credentials' }),
      { ...bearer, credentialId: 'secret-1' },
      'token.revoked',
    ],
  ])('%s', (_, standing, claims, code) => {
    expect(decideVerdict(standing, claims, asked(), NOW)).toEqual({ good: false, code })
  })
})

describe('what is asked of it', () => {
  it('is held against effective permissions, all of them', () => {
    expect(decideVerdict(standingWith(), claimsWith(), asked({ permissions: ['projects:read'] }), NOW).good).toBe(true)
    expect(
      decideVerdict(standingWith(), claimsWith(), asked({ permissions: ['projects:read', 'projects:write'] }), NOW),
    ).toEqual({ good: false, code: 'token.permission', missing: ['projects:write'] })
  })

  it('is good with a bearer JWT of a secret that is in its overlap, or does not end', () => {
    for (const end of [NOW + 1, null]) {
      const standing = standingWith({ type: 'client_credentials' }, { credentialEnds: new Map([['secret-1', end]]) })
      expect(decideVerdict(standing, { ...bearer, credentialId: 'secret-1' }, asked(), NOW).good).toBe(true)
    }
  })

  it('is confined to the scope a bearer JWT was narrowed to', () => {
    const standing = standingWith({ type: 'client_credentials' })
    const narrow = { ...bearer, scope: ['reports:read'] }
    expect(decideVerdict(standing, narrow, asked({ permissions: ['reports:read'] }), NOW).good).toBe(true)
    expect(decideVerdict(standing, narrow, asked({ permissions: ['projects:read'] }), NOW)).toMatchObject({
      code: 'token.permission',
    })
  })

  it('is the audience it was made for', () => {
    expect(decideVerdict(standingWith(), claimsWith(), asked({ audience: 'https://api.example' }), NOW).good).toBe(true)
    expect(decideVerdict(standingWith(), claimsWith(), asked({ audience: 'https://other' }), NOW)).toMatchObject({
      code: 'token.audience',
    })
  })

  it('is an allowed address; an unknown one is not', () => {
    const standing = standingWith({ ipAllowlist: ['10.0.0.0/8'] })
    expect(decideVerdict(standing, claimsWith(), asked({ address: '10.1.1.1' }), NOW).good).toBe(true)
    for (const address of ['11.1.1.1', undefined])
      expect(decideVerdict(standing, claimsWith(), asked({ address }), NOW)).toMatchObject({ code: 'token.address' })
  })
})

describe('an exchange', () => {
  it('asks for a good standing and an allowed address', () => {
    const standing = standingWith({ type: 'client_credentials', ipAllowlist: ['10.0.0.0/8'] })
    expect(decideExchange(standing, '10.1.1.1', NOW)).toEqual({ good: true })
    expect(decideExchange(standing, undefined, NOW)).toEqual({ good: false, code: 'token.address' })
    expect(decideExchange(standingWith({ revoked: by('by_hand') }), '10.1.1.1', NOW)).toMatchObject({ good: false })
  })
})
