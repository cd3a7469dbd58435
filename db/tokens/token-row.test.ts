import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Transaction, Write } from '#db/connection.ts'
import { START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import type { Schema } from '#db/schema.ts'
import { changingColumns, toGrantRows, toToken, toTokenRow } from '#db/tokens/token-row.ts'
import type { Grant, Token } from '#lib/tokens/token.ts'

let world: TokenFixture
beforeAll(async () => {
  world = await tokenFixture()
})
afterAll(() => world.remove())

/** Numbers that look random and are the same in each run (mulberry32). */
const dice = (seed: number) => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value => values[below(values.length)] ?? values[0]
  return { below, oneOf, some: <Value>(values: readonly Value[]) => values.filter(() => next() < 0.5) }
}

type Dice = ReturnType<typeof dice>

const TEXTS = [
  '',
  ' ',
  'CI',
  'O’Brien — “night”',
  "'; drop table tokens; --",
  '100%_\\',
  'ÄÖÜ ſ İ',
  '東京 🔑',
  'a\nb\tc',
] as const
const KEYS = ['billing:read', 'projects:read', 'projects:write', 'reports:read', 'tenant.members:read']

const grantOf = ({ oneOf, some }: Dice, context: Token['context']): Grant => {
  const mode = oneOf(
    context === 'user' ? (['owner', 'permissions', 'roles'] as const) : (['permissions', 'roles'] as const),
  )
  if (mode === 'owner') return { mode }
  return mode === 'permissions'
    ? { mode, permissions: some(KEYS) }
    : { mode, roles: some(['admin', 'member', 'owner']) }
}

const metadataOf = ({ oneOf, below }: Dice): Token['metadata'] =>
  oneOf<Token['metadata']>([
    {},
    { team: oneOf(TEXTS), n: below(1e9), list: [1, [null, true, 'x']], deep: { a: { b: {} } } },
    JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}'),
  ])

const tokenOf = (seed: number): Token => {
  const rolled = dice(seed)
  const { below, oneOf, some } = rolled
  const context = oneOf<Token['context']>(['user', 'tenant'])
  return {
    tenantId: 'acme',
    id: `token-${seed}`,
    context,
    type: oneOf<Token['type']>(['client_credentials', 'access_token']),
    ownerUserId: context === 'user' ? oneOf(['mia', 'somebody who has gone']) : null,
    granter: { userId: oneOf(['mia', 'olga']), name: oneOf(TEXTS), level: below(1_000_001) },
    name: oneOf(TEXTS),
    description: oneOf(TEXTS),
    grant: grantOf(rolled, context),
    ipAllowlist: some(['10.0.0.0/8', '192.0.2.1/32', '2001:db8::/32']),
    metadata: metadataOf(rolled),
    createdAt: START - below(1000),
    expiresAt: oneOf([null, START, 253_402_300_799]),
    revoked: oneOf([
      null,
      {
        at: below(START),
        by: oneOf(['', 'olga']),
        reason: oneOf(['by_hand', 'member_removed', 'user_disabled', 'user_removed'] as const),
      },
    ]),
    paused: oneOf([null, { at: below(START), by: 'adam', level: below(100), reason: oneOf(TEXTS) }]),
    refreshMode: oneOf(['default', 'on', 'off']),
    dpopRequiredAt: oneOf([null, 1_800_000_000]),
    requestsPerMinute: oneOf([null, 1, 1_000_000]),
    hint: oneOf(['abcd', '____', '-9Zz']),
    version: 0,
  }
}

const writesOf = (tx: Transaction, { tokens, tokenGrants }: Schema, token: Token): readonly Write[] => {
  const grants = toGrantRows(token)
  const row = tx.insert(tokens).values(toTokenRow(token)).returning({ id: tokens.id })
  if (grants.length === 0) return [{ label: 'token', rows: row, expect: 1 }]
  const rows = tx.insert(tokenGrants).values(grants).returning({ key: tokenGrants.key })
  return [
    { label: 'token', rows: row, expect: 1 },
    { label: 'grant', rows, expect: grants.length },
  ]
}

const MANY = Array.from({ length: 200 }, (_, index) => index + 1)

describe('a token in the database', () => {
  it('is read as it was written, whatever it holds', async () => {
    const tokens = MANY.map(tokenOf)
    const { atomically, schema } = world.connection
    await atomically((tx) => tokens.flatMap((token) => writesOf(tx, schema, token)))
    for (const token of tokens) {
      expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(token)
    }
  })

  it('of these tests is of every mode, context, type and end', () => {
    const tokens = MANY.map(tokenOf)
    const kinds = new Set(
      tokens.map(({ context, type, grant, revoked, paused }) => [context, type, grant.mode, !revoked, !paused].join()),
    )
    // 5 pairs of context and mode, 2 types, revoked or not, paused or not.
    expect(kinds.size).toBe(5 * 2 * 2 * 2)
  })

  it('is of its tenant alone', async () => {
    expect(await world.ports.tokenStore.find('globex', 'token-1')).toBeUndefined()
  })

  it('keeps a key of metadata that prototypes know as a mere key', async () => {
    const token = MANY.map(tokenOf).find(({ metadata }) => Object.hasOwn(metadata, '__proto__'))
    const found = await world.ports.tokenStore.find('acme', token?.id ?? '')
    expect(JSON.stringify(found?.metadata)).toBe('{"__proto__":{"admin":true},"constructor":"x"}')
    expect(found?.metadata).not.toHaveProperty('admin')
  })
})

describe('a grant’s rows', () => {
  const listed = (grant: Grant) => toGrantRows({ ...tokenOf(1), grant }).map(({ kind, key }) => `${kind} ${key}`)

  it('name what was granted, of one kind', () => {
    expect(listed({ mode: 'owner' })).toEqual([])
    expect(listed({ mode: 'permissions', permissions: ['a:b'] })).toEqual(['permission a:b'])
    expect(listed({ mode: 'roles', roles: ['admin', 'member'] })).toEqual(['role admin', 'role member'])
  })

  it('of another kind are not read: a mode without rows of its own grants nothing', () => {
    const row = {
      ...tokenOf(1),
      granterUserId: 'mia',
      granterName: 'Mia',
      granterLevel: 20,
      searchText: '',
      refreshSeq: 0,
      ownerUserId: 'mia',
      expiresAt: null,
      ipAllowlist: '[]',
      metadata: '{}',
      revokedAt: null,
      revokedBy: null,
      revokedReason: null,
      pausedAt: null,
      pausedBy: null,
      pausedLevel: null,
      pausedReason: null,
      refreshMode: 'default' as const,
      dpopRequiredAt: null,
      requestsPerMinute: null,
    }
    const grants = [{ kind: 'role' as const, key: 'owner' }]
    expect(toToken({ ...row, grantMode: 'permissions' }, grants).grant).toEqual({
      mode: 'permissions',
      permissions: [],
    })
    expect(toToken({ ...row, grantMode: 'roles' }, []).grant).toEqual({ mode: 'roles', roles: [] })
    expect(toToken({ ...row, grantMode: 'owner' }, grants).grant).toEqual({ mode: 'owner' })
  })
})

describe('a save', () => {
  it('changes no column that says whose token it is, of what type, or when it began and ends', () => {
    const fixed = [
      'tenantId',
      'id',
      'context',
      'type',
      'ownerUserId',
      'createdAt',
      'expiresAt',
      'version',
      'refreshSeq',
    ]
    expect(Object.keys(changingColumns(tokenOf(1))).filter((column) => fixed.includes(column))).toEqual([])
  })

  it('lets a search find name and description in any case', () => {
    expect(changingColumns({ ...tokenOf(1), name: 'Nightly CI', description: 'For TÜV' }).searchText).toBe(
      'nightly ci\nfor tüv',
    )
  })
})
