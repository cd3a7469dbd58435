import { describe, expect, it } from 'vitest'
import { type Model, prefillOf } from '#app/a/[slug]/tokens/new/prefill.ts'
import { expiryChoices } from '#components/tokens/expiry-choices.ts'
import { tokenWith } from '#lib/tokens/token.fixture.ts'
import type { Token } from '#lib/tokens/token.ts'

const NOW = 1_800_000_000
const DAY = 86_400

const surroundings = {
  contexts: ['user', 'tenant'] as const,
  grantable: { user: new Set(['a:read', 'a:write']), tenant: new Set(['a:read', 'a:write', 'tenant.tokens:manage']) },
  expiry: expiryChoices({ lifetimeSecondsMax: null, neverExpires: true }, 'Acme', NOW),
}

const token = tokenWith({
  context: 'tenant',
  type: 'client_credentials',
  ownerUserId: null,
  name: 'backup',
  description: 'nightly',
  grant: { mode: 'permissions', permissions: ['a:read', 'gone:away'] },
  ipAllowlist: ['10.0.0.0/8', '192.0.2.1/32'],
  createdAt: NOW - DAY,
  expiresAt: NOW + 29 * DAY,
})

const like = (change: Partial<Token> = {}, kind: Model['credentials'][number]['kind'] = 'client_secret'): Model => ({
  token: { ...token, ...change },
  effective: new Set(['a:read']),
  credentials: [{ kind }],
})

describe('prefillOf', () => {
  it('begins as a personal access token that follows its owner', () => {
    expect(prefillOf({}, undefined, surroundings)).toEqual({
      prefill: {
        context: 'user',
        type: 'access_token',
        name: '',
        description: '',
        grant: 'owner',
        permissions: [],
        expiry: String(90 * DAY),
        expiryDate: '',
        ipAllowlist: '',
        proof: 'secret',
        refreshMode: 'default',
        dpopRequired: false,
        requestsPerMinute: '',
      },
      leftOut: [],
    })
  })

  it('takes a link’s wishes, and tells what is not the person’s to give', () => {
    const { prefill, leftOut } = prefillOf(
      { name: 'ci', type: 'client_credentials', permissions: 'a:read, b:write tenant.tokens:manage <script>' },
      undefined,
      surroundings,
    )
    expect(prefill).toMatchObject({
      name: 'ci',
      type: 'client_credentials',
      grant: 'permissions',
      permissions: ['a:read'],
    })
    expect(leftOut).toEqual(['b:write', 'tenant.tokens:manage'])
  })

  it('makes another like a token: all but its secret', () => {
    expect(prefillOf({}, like({ requestsPerMinute: 600 }), surroundings)).toEqual({
      prefill: {
        context: 'tenant',
        type: 'client_credentials',
        name: 'backup',
        description: 'nightly',
        grant: 'permissions',
        permissions: ['a:read'],
        expiry: String(30 * DAY),
        expiryDate: '',
        ipAllowlist: '10.0.0.0/8\n192.0.2.1/32',
        proof: 'secret',
        refreshMode: 'default',
        dpopRequired: false,
        requestsPerMinute: '600',
      },
      leftOut: ['gone:away'],
    })
  })

  it('copies how a client proves itself, but no key: another has its own', () => {
    const { prefill } = prefillOf({}, like({ refreshMode: 'off', dpopRequiredAt: 5 }, 'public_jwks'), surroundings)
    expect(prefill).toMatchObject({ proof: 'key', refreshMode: 'off', dpopRequired: true })
  })

  it('copies roles as what they hold now, and "never" where the policy still allows it', () => {
    const { prefill } = prefillOf({}, like({ grant: { mode: 'roles', roles: ['r'] }, expiresAt: null }), surroundings)
    expect(prefill).toMatchObject({ grant: 'permissions', permissions: ['a:read'], expiry: 'never' })
  })

  it('puts the link before the model, and what exists before both', () => {
    expect(prefillOf({ name: 'other', context: 'user' }, like(), surroundings).prefill).toMatchObject({
      name: 'other',
      context: 'user',
    })
    const member = { ...surroundings, contexts: ['user'] as const }
    expect(prefillOf({ context: 'tenant' }, undefined, member).prefill.context).toBe('user')
    expect(prefillOf({ name: 'x'.repeat(300) }, undefined, surroundings).prefill.name).toHaveLength(100)
  })
})
