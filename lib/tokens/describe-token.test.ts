import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  account,
  type PersonId,
  permissions,
  personal,
  START,
  type TokenFixture,
  tokenFixture,
} from '#db/contract/token-fixture.ts'
import { STARTING_ROLES } from '#lib/access/starting-catalog.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const issue = async (who: PersonId, request: Parameters<typeof world.tokens.issue>[1]) =>
  (await world.tokens.issue(await world.as(who), request)).token
const describeAs = async (who: PersonId, id: string) => world.tokens.describe(await world.as(who), id)
const keysOf = (role: string) => STARTING_ROLES.find(({ key }) => key === role)?.permissions ?? []

describe('what a token may do now', () => {
  it('follows its owner down and up again, the portal left out', async () => {
    const { id } = await issue('mia', personal())
    const member = keysOf('member').filter((key) => !key.startsWith('tenant.'))
    const reader = keysOf('read_only').filter((key) => !key.startsWith('tenant.'))
    expect([...(await describeAs('mia', id)).effective].sort()).toEqual([...member].sort())
    await world.rights.giveRoles('mia', ['read_only'])
    expect([...(await describeAs('mia', id)).effective].sort()).toEqual([...reader].sort())
    expect((await describeAs('mia', id)).missing.size).toBe(0)
    await world.rights.giveRoles('mia', ['member'])
    expect((await describeAs('mia', id)).effective.size).toBe(member.length)
  })

  it('says for each permission it lacks what took it', async () => {
    const { id } = await issue(
      'mia',
      personal({ grant: permissions('projects:write', 'projects:read', 'reports:read', 'records:read') }),
    )
    await world.rights.giveRoles('mia', ['read_only'])
    await world.rights.setCeiling(['projects:read', 'projects:write', 'records:read'])
    await world.rights.withdraw('records:read')
    const { effective, missing, token } = await describeAs('mia', id)
    expect([...effective]).toEqual(['projects:read'])
    expect(Object.fromEntries(missing)).toEqual({
      'projects:write': 'owner',
      'reports:read': 'ceiling',
      'records:read': 'withdrawn',
    })
    expect(token.grant).toEqual(permissions('projects:read', 'projects:write', 'records:read', 'reports:read'))
  })

  it('of the account does not change with the one who granted it', async () => {
    const { id } = await issue('adam', account({ grant: permissions('projects:delete') }))
    await world.rights.giveRoles('adam', ['read_only'])
    await world.rights.disable('adam')
    const { effective, token } = await describeAs('olga', id)
    expect([...effective]).toEqual(['projects:delete'])
    expect(token.granter).toEqual({ userId: 'adam', name: 'adam', level: 10 })
  })

  it('is what its roles are now', async () => {
    await world.rights.makeRole('deployer', 15, ['deployments:create'])
    const { id } = await issue('adam', account({ grant: { mode: 'roles', roles: ['deployer'] } }))
    expect([...(await describeAs('adam', id)).effective]).toEqual(['deployments:create'])
    await world.rights.withdraw('deployments:create')
    expect((await describeAs('adam', id)).effective.size).toBe(0)
    expect(Object.fromEntries((await describeAs('adam', id)).missing)).toEqual({ 'deployments:create': 'withdrawn' })
  })
})

describe('what a description holds', () => {
  it('is no digest', async () => {
    const { id } = await issue('mia', personal({ type: 'client_credentials' }))
    const { credentials } = await describeAs('mia', id)
    expect(credentials).toEqual([{ id: expect.any(String), kind: 'client_secret', createdAt: START, endsAt: null }])
  })

  it('is the last use of any credential, and the uses of 30 days', async () => {
    const { id } = await issue('mia', personal())
    expect(await describeAs('mia', id)).toMatchObject({ lastUse: undefined, use: [], state: 'active' })
    const { connection } = world
    const { credentialUse, tokenUse } = connection.schema
    const ids = { tenantId: 'acme', tokenId: id }
    const today = START - (START % DAY_SECONDS)
    const days = [
      { day: today, outcome: 'accepted', count: 3 },
      { day: today, outcome: 'refused', count: 1 },
      { day: today - 29 * DAY_SECONDS, outcome: 'refused', count: 2 },
      { day: today - 31 * DAY_SECONDS, outcome: 'accepted', count: 9 },
    ] as const
    const uses = [
      { credentialId: 'former', lastUsedAt: START - 10, address: '192.0.2.1', agent: 'curl' },
      { credentialId: 'newest', lastUsedAt: START - 5, address: null, agent: null },
    ]
    await connection.atomically((tx) => [
      {
        label: 'days',
        rows: tx
          .insert(tokenUse)
          .values(days.map((row) => ({ ...ids, ...row })))
          .returning(),
        expect: 4,
      },
      {
        label: 'use',
        rows: tx
          .insert(credentialUse)
          .values(uses.map((row) => ({ ...ids, ...row })))
          .returning(),
        expect: 2,
      },
    ])
    const described = await describeAs('mia', id)
    expect(described.lastUse).toEqual({ at: START - 5, address: null, agent: null })
    expect(described.use).toEqual([
      { day: today - 29 * DAY_SECONDS, accepted: 0, refused: 2 },
      { day: today, accepted: 3, refused: 1 },
    ])
    const { rows } = await world.tokens.list(await world.as('mia'), { context: 'user' })
    expect(rows[0]?.lastUsedAt).toBe(START - 5)
  })
})
