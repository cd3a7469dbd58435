import { describe, expect, it } from 'vitest'
import { offeredActions } from '#components/tokens/offered-actions.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import { tokenWith } from '#lib/tokens/token.fixture.ts'
import type { Token } from '#lib/tokens/token.ts'

const described = (change: Partial<Token> = {}, more: Partial<TokenDescription> = {}): TokenDescription => ({
  token: tokenWith(change),
  owner: undefined,
  effective: new Set(),
  missing: new Map(),
  state: 'active',
  credentials: [],
  rotation: undefined,
  retiredUse: undefined,
  lostKey: undefined,
  lastUse: undefined,
  use: [],
  permissionUse: [],
  touch: { allowed: true },
  ...more,
})

const mia = { userId: 'mia', level: 20 }
const adam = { userId: 'adam', level: 10 }
const paused = { at: 1, by: 'adam', level: 10, reason: '' }

const offered = (...[what, viewer]: Parameters<typeof offeredActions>) =>
  [...offeredActions(what, viewer).offered].sort()

describe('offeredActions', () => {
  it('offers everything on one’s own token', () => {
    expect(offered(described(), mia)).toEqual(['edit', 'pause', 'revoke', 'rotate'])
    expect(offeredActions(described(), mia).reasons).toEqual([])
  })

  it('leaves the secret of a personal token to its owner, and says so', () => {
    expect(offered(described(), adam)).toEqual(['edit', 'pause', 'revoke'])
    expect(offeredActions(described(), adam).reasons).toEqual([expect.stringContaining('Only its owner can rotate it')])
    expect(offered(described({ context: 'tenant', ownerUserId: null }), adam)).toContain('rotate')
  })

  it('leaves resuming to those as strong as who paused it', () => {
    expect(offered(described({ paused }), mia)).toEqual(['edit', 'revoke', 'rotate'])
    expect(offeredActions(described({ paused }), mia).reasons).toEqual([expect.stringContaining('only such a one')])
    expect(offered(described({ paused }), adam)).toContain('resume')
  })

  it('offers nothing where nothing can be done', () => {
    expect(offered(described({}, { state: 'expired' }), mia)).toEqual([])
    expect(offered(described({}, { touch: { allowed: false, code: 'access.denied' } }), mia)).toEqual([])
  })
})

describe('the steps of a rotation', () => {
  const credential = (id: string) =>
    ({
      id,
      kind: 'access_jwt',
      createdAt: 1,
      endsAt: null,
      state: 'current',
      hint: 'abcd',
      lastUse: undefined,
    }) as const
  const rotation = (extendableUntil: number): TokenDescription['rotation'] => ({
    id: 'new',
    rotatedAt: 1,
    current: credential('new'),
    former: credential('old'),
    formerEndsAt: 100,
    extendableUntil,
  })
  const steps = (more: Partial<TokenDescription>, userId = 'mia') =>
    [...offeredActions(described({}, more), { userId, level: 0 }).offered].filter((action) =>
      ['finish', 'extend', 'cancel'].includes(action),
    )

  it('are offered while one is under way, extending as long as there is time to give', () => {
    expect(steps({})).toEqual([])
    expect(steps({ rotation: rotation(101) })).toEqual(['finish', 'extend', 'cancel'])
    expect(steps({ rotation: rotation(100) })).toEqual(['finish', 'cancel'])
  })

  it('are offered to whoever may touch the token: they tell no secret', () => {
    expect(steps({ rotation: rotation(101) }, 'adam')).toHaveLength(3)
    expect(steps({ rotation: rotation(101), touch: { allowed: false, code: 'access.denied' } }, 'adam')).toEqual([])
  })
})
