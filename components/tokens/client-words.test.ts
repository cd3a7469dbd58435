import { describe, expect, it } from 'vitest'
import { clientFacts, hasOwnKeys } from '#components/tokens/client-words.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import { standingWith } from '#lib/verdict/standing.fixture.ts'

type Given = Partial<TokenDescription['token']> & { readonly kind?: 'client_secret' | 'public_jwks' }

const described = ({ kind = 'client_secret', ...given }: Given = {}) => ({
  token: standingWith({ type: 'client_credentials', ...given }).token,
  credentials: [
    { id: 'c-1', kind, createdAt: 1, endsAt: null, state: 'current' as const, hint: undefined, lastUse: undefined },
  ],
})

describe('the facts of a client', () => {
  it('are how it proves itself and whether it gets refresh tokens', () => {
    expect(clientFacts(described())).toEqual([
      ['Proves itself', 'By a secret'],
      ['Refresh tokens', 'Default'],
    ])
    expect(clientFacts(described({ kind: 'public_jwks', refreshMode: 'off', dpopRequiredAt: 5 }))).toEqual([
      ['Proves itself', 'By its own key (private_key_jwt)'],
      ['Refresh tokens', 'Never: it exchanges again'],
      ['Bound', 'To a key of the client (DPoP)'],
    ])
  })

  it('are none of an access token', () => {
    expect(clientFacts(described({ type: 'access_token' }))).toEqual([])
  })

  it('follow its newest credential', () => {
    expect(hasOwnKeys(described({ kind: 'public_jwks' }))).toBe(true)
    expect(hasOwnKeys(described())).toBe(false)
    expect(hasOwnKeys({ credentials: [] })).toBe(false)
  })
})
