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
import { createUsageStore } from '#db/usage-store.ts'
import { STARTING_ROLES } from '#lib/access/starting-catalog.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { createUsageRecorder } from '#lib/usage/usage-recorder.ts'

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
    expect(credentials).toEqual([
      {
        id: expect.any(String),
        kind: 'client_secret',
        createdAt: START,
        endsAt: null,
        state: 'current',
        hint: expect.stringMatching(/^[0-9A-Za-z]{4}$/),
        lastUse: undefined,
      },
    ])
  })

  it('is which credential is which in the middle of a rotation, and when each was seen', async () => {
    const token = await issue('mia', personal())
    world.advance(60)
    const rotated = await world.tokens.rotate(await world.as('mia'), token.id)
    const [made, former] = await world.ports.tokenStore.credentials('acme', token.id)
    const seen = { credentialId: former?.id ?? '', lastUsedAt: START + 90, address: '192.0.2.1', agent: 'curl' }
    await createUsageStore(world.connection).add({
      days: [],
      credentials: [{ tenantId: 'acme', tokenId: token.id, ...seen }],
    })
    const { credentials, rotation } = await describeAs('mia', token.id)
    expect(credentials).toMatchObject([
      { id: made?.id, state: 'current', hint: rotated.token.hint, lastUse: undefined },
      {
        id: former?.id,
        state: 'former',
        hint: token.hint,
        lastUse: { at: START + 90, address: '192.0.2.1', agent: 'curl' },
      },
    ])
    expect(rotation).toEqual({
      id: made?.id,
      rotatedAt: START + 60,
      current: credentials[0],
      former: credentials[1],
      formerEndsAt: START + 60 + DAY_SECONDS,
      extendableUntil: START + 60 + 30 * DAY_SECONDS,
    })
    world.advance(DAY_SECONDS)
    const later = await describeAs('mia', token.id)
    expect(later.rotation).toBeUndefined()
    expect(later.credentials.map(({ state, hint }) => [state, hint])).toEqual([
      ['current', rotated.token.hint],
      ['ended', undefined],
    ])
  })

  it('is no rotation of a token that has ended', async () => {
    const token = await issue('mia', personal())
    await world.tokens.rotate(await world.as('mia'), token.id)
    await world.tokens.revoke(await world.as('mia'), token.id)
    expect((await describeAs('mia', token.id)).rotation).toBeUndefined()
  })

  it('is the newest use of a credential after its end, for 30 days', async () => {
    const { id, name } = await issue('mia', personal())
    await world.tokens.rotate(await world.as('mia'), id, { overlapSeconds: 0 })
    const [, former] = await world.ports.tokenStore.credentials('acme', id)
    const store = createUsageStore(world.connection)
    const recorder = createUsageRecorder({ usageStore: store, log: { error: () => undefined } })
    const use = async (at: number, address: string, tenantId = 'acme') => {
      const credentialId = former?.id ?? ''
      const retired = { endedAt: START, tokenName: name }
      recorder.count({ tenantId, tokenId: id, credentialId, outcome: 'refused', at, address, agent: 'cron', retired })
      await recorder.flush()
    }
    expect((await describeAs('mia', id)).retiredUse).toBeUndefined()
    await use(START + 5, '192.0.2.1', 'globex')
    expect((await describeAs('mia', id)).retiredUse).toBeUndefined()
    world.advance(3 * DAY_SECONDS)
    await use(START + 5, '192.0.2.1')
    await use(START + 3 * DAY_SECONDS, '192.0.2.2')
    const newest = { at: START + 3 * DAY_SECONDS, address: '192.0.2.2', agent: 'cron', endedAt: START }
    expect((await describeAs('mia', id)).retiredUse).toEqual({ ...newest, credentialId: former?.id })
    world.advance(31 * DAY_SECONDS)
    expect((await describeAs('mia', id)).retiredUse).toBeUndefined()
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
