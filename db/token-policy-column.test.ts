import { describe, expect, it } from 'vitest'
import { formatTokenPolicy, parseTokenPolicy } from '#db/token-policy-column.ts'
import { STARTING_POLICY, type TokenPolicy } from '#lib/access/token-policy.ts'

const STRICT: TokenPolicy = {
  lifetimeSecondsMax: 3600,
  neverExpires: false,
  personalTokens: false,
  portalPermissionsInPersonalTokens: true,
  tokensMax: 1,
}

describe('the policy column', () => {
  it.each([
    ['of a new tenant', STARTING_POLICY],
    ['with every member turned round', STRICT],
    ['without a longest lifetime', { ...STRICT, lifetimeSecondsMax: null }],
  ])('gives back the policy %s', (_, policy) => {
    expect(parseTokenPolicy(formatTokenPolicy(policy))).toEqual(policy)
  })

  it('reads a policy from before any of its members as that of a new tenant', () => {
    expect(parseTokenPolicy('{}')).toEqual(STARTING_POLICY)
  })

  it.each(Object.keys(STRICT) as (keyof TokenPolicy)[])(
    'gives %s the value of a new tenant when it is missing, and leaves the rest',
    (member) => {
      const { [member]: _missing, ...rest } = STRICT
      expect(parseTokenPolicy(JSON.stringify(rest))).toEqual({ ...STRICT, [member]: STARTING_POLICY[member] })
    },
  )

  it('keeps no member that it does not know', () => {
    expect(parseTokenPolicy(JSON.stringify({ ...STRICT, everything: true }))).toEqual(STRICT)
  })

  it.each([
    '',
    'null',
    '[]',
    '"policy"',
    '{"tokensMax"',
    '{"tokensMax":0}',
    '{"tokensMax":-1}',
    '{"tokensMax":1.5}',
    '{"tokensMax":null}',
    '{"tokensMax":"1000"}',
    '{"lifetimeSecondsMax":0}',
    '{"lifetimeSecondsMax":-3600}',
    '{"lifetimeSecondsMax":"3600"}',
    '{"neverExpires":1}',
    '{"neverExpires":"false"}',
    '{"personalTokens":null}',
    '{"portalPermissionsInPersonalTokens":"no"}',
  ])('throws for %j rather than guess a policy', (text) => {
    expect(() => parseTokenPolicy(text)).toThrow(
      expect.objectContaining({ name: expect.stringMatching(/^(ZodError|SyntaxError)$/) }),
    )
  })
})
