import { describe, expect, it } from 'vitest'
import { tokenLines } from '#components/tokens/token-line.ts'
import type { TokenRow } from '#lib/tokens/list-tokens.ts'
import { tokenWith } from '#lib/tokens/token.fixture.ts'

const permission = (key: string) => ({ key, label: `Label of ${key}`, description: 'long', category: 'C' })
const catalog = [permission('b:write'), permission('a:read'), permission('c:read')]
const seen = { catalog, viewerId: 'mia' }

const token = tokenWith({
  description: 'kept from the browser',
  grant: { mode: 'permissions', permissions: ['a:read', 'gone:read'] },
  ipAllowlist: ['10.0.0.0/8'],
  metadata: { secret: 'kept' },
  expiresAt: 2,
  version: 7,
})

const row = (changes: Partial<TokenRow> = {}): TokenRow => ({
  token,
  owner: undefined,
  effective: new Set(['a:read', 'b:write']),
  missing: new Map([['gone:read', 'withdrawn']]),
  lastUsedAt: null,
  ownerName: 'Mia',
  state: 'active',
  ...changes,
})

describe('tokenLines', () => {
  it('say what is shown of a token, and nothing else of it', () => {
    expect(tokenLines([row()], seen).lines).toEqual([
      {
        id: 't-1',
        name: 'nightly',
        type: 'access_token',
        hint: 'abcd',
        createdAt: 1,
        expiresAt: 2,
        lastUsedAt: null,
        state: 'active',
        permissions: ['b:write', 'a:read'],
        mode: 'permissions',
        missing: 1,
        granter: 'you',
        owner: 'you',
      },
    ])
  })

  it('carry each label once, of those that are shown, and the key of one that is no longer offered', () => {
    const rows = [row(), row({ effective: new Set(['a:read', 'old:read']) })]
    expect(tokenLines(rows, seen).labels).toEqual({
      'b:write': 'Label of b:write',
      'a:read': 'Label of a:read',
      'old:read': 'old:read',
    })
  })

  it.each([
    ['mia', 'Mia', 'you'],
    ['max', 'Max', 'Max'],
    ['max', null, 'a former member'],
  ])('name who owns it: %s called %s is %s', (ownerUserId, ownerName, shown) => {
    const [line] = tokenLines([row({ token: { ...token, ownerUserId }, ownerName })], seen).lines
    expect(line?.owner).toBe(shown)
  })
})
