import { describe, expect, it } from 'vitest'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'
import { decideLifetime } from '#lib/policy/decide-lifetime.ts'

const NOW = 1_800_000_000
const capped = { ...STARTING_POLICY, lifetimeSecondsMax: 3600 }

describe('decideLifetime', () => {
  it.each([
    ['a number of seconds', STARTING_POLICY, { kind: 'after', seconds: 60 }, { allowed: true, expiresAt: NOW + 60 }],
    ['a moment', STARTING_POLICY, { kind: 'at', numericDate: NOW + 1 }, { allowed: true, expiresAt: NOW + 1 }],
    ['never', STARTING_POLICY, { kind: 'never' }, { allowed: true, expiresAt: null }],
    ['the longest allowed', capped, { kind: 'after', seconds: 3600 }, { allowed: true, expiresAt: NOW + 3600 }],
    ['a second more', capped, { kind: 'after', seconds: 3601 }, { allowed: false, reason: 'too_long' }],
    ['never under a cap', capped, { kind: 'never' }, { allowed: false, reason: 'never' }],
    [
      'never where forbidden',
      { ...STARTING_POLICY, neverExpires: false },
      { kind: 'never' },
      { allowed: false, reason: 'never' },
    ],
    ['this very second', STARTING_POLICY, { kind: 'at', numericDate: NOW }, { allowed: false, reason: 'past' }],
  ] as const)('%s', (_, policy, request, decision) => {
    expect(decideLifetime(policy, request, NOW)).toEqual(decision)
  })
})
