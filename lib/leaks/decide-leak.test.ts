import { describe, expect, it } from 'vitest'
import { decideLeak, LEAK_ACTOR_ID, type LeakScene } from '#lib/leaks/decide-leak.ts'
import type { FoundCredential } from '#lib/leaks/found-credential.ts'
import type { Token } from '#lib/tokens/token.ts'
import { NOW, standingWith } from '#lib/verdict/standing.fixture.ts'

const tokenWith = (changed: Partial<Token> = {}): Token => standingWith(changed).token

const found: FoundCredential = {
  kind: 'client_secret',
  tenantId: 'acme',
  tokenId: 'token-1',
  credentialId: 'c-1',
  familyId: undefined,
  endsAt: null,
}

const sceneWith = (changed: Partial<LeakScene> = {}): LeakScene => ({
  found,
  token: tokenWith(),
  credentialEndsAt: null,
  familyEnded: false,
  reaction: 'revoke',
  strongestLevel: 5,
  ...changed,
})

const actOf = (changed: Partial<LeakScene>) => decideLeak(sceneWith(changed), NOW)?.act

const ofFamily = { ...found, kind: 'bearer_jwt', familyId: 'family-1', endsAt: NOW + 1 } as const
const byLeak = { at: NOW - 5, by: LEAK_ACTOR_ID, level: 5, reason: '' }

describe('what is done about a found credential', () => {
  it.each([
    ['a living one', {}, 'stop_token'],
    ['where the environment pauses', { reaction: 'pause' }, 'stop_token'],
    ['where the environment tells', { reaction: 'tell' }, 'tell'],
    ['one that a rotation ends later', { credentialEndsAt: NOW + 1 }, 'end_credential'],
    ['the same where the environment pauses', { credentialEndsAt: NOW + 1, reaction: 'pause' }, 'end_credential'],
    ['the same where the environment tells', { credentialEndsAt: NOW + 1, reaction: 'tell' }, 'tell'],
    ['one that a rotation has ended', { credentialEndsAt: NOW }, undefined],
    ['of a revoked token', { token: tokenWith({ revoked: { at: 1, by: 'ada', reason: 'by_hand' } }) }, undefined],
    ['of an expired token', { token: tokenWith({ expiresAt: NOW }) }, undefined],
    ['of a token that a leak has paused', { token: tokenWith({ paused: byLeak }), reaction: 'pause' }, undefined],
    ['of the same where the environment now revokes', { token: tokenWith({ paused: byLeak }) }, 'stop_token'],
    [
      'of a token that a person has paused',
      { token: tokenWith({ paused: { ...byLeak, by: 'ada' } }), reaction: 'pause' },
      'stop_token',
    ],
    ['a bearer JWT', { found: ofFamily }, 'end_family'],
    ['a bearer JWT where the environment tells', { found: ofFamily, reaction: 'tell' }, 'end_family'],
    ['a bearer JWT that has run out', { found: { ...ofFamily, endsAt: NOW } }, undefined],
    ['a bearer JWT whose family has ended', { found: ofFamily, familyEnded: true }, undefined],
  ] satisfies readonly (readonly [string, Partial<LeakScene>, string | undefined])[])('%s', (_, changed, act) => {
    expect(actOf(changed)).toBe(act)
  })

  it('a pause can be undone by the strongest role alone, a revocation by nobody', () => {
    expect(decideLeak(sceneWith({ reaction: 'pause' }), NOW)).toMatchObject({
      token: { paused: { at: NOW, by: LEAK_ACTOR_ID, level: 5 }, revoked: null },
    })
    expect(decideLeak(sceneWith(), NOW)).toMatchObject({
      token: { revoked: { at: NOW, by: LEAK_ACTOR_ID, reason: 'leaked' }, paused: null },
    })
  })
})
