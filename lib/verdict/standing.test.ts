import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, personal, roles, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { createStandingStore } from '#db/standing-store.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import { readStanding } from '#lib/verdict/standing.ts'
import { createStandings } from '#lib/verdict/standings.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const ports = () => ({ ...world.ports, standingStore: createStandingStore(world.connection) })
const issue = async (who: 'mia' | 'olga', request: IssueRequest) =>
  (await world.tokens.issue(await world.as(who), request)).token
const standingOf = (tokenId: string, tenantId = 'acme') => readStanding(ports(), tenantId, tokenId)

describe('how a token stands', () => {
  it('says whose it is, what it may do, and how long its credentials last', async () => {
    const token = await issue('mia', personal())
    const standing = await standingOf(token.id)
    expect(standing).toMatchObject({
      token: { id: token.id, ownerUserId: 'mia' },
      tenant: { id: 'acme', name: 'Acme' },
      user: { id: 'mia', email: 'mia@example.com', name: 'mia' },
      roles: ['member'],
      switchedOff: false,
    })
    expect([...(standing?.credentialEnds.values() ?? [])]).toEqual([null])
    expect(standing?.permissions.has('projects:write')).toBe(true)
    expect(standing?.permissions.has('tenant.members:read')).toBe(false)
  })

  it('of the account has no user and no roles but those granted', async () => {
    expect(await standingOf((await issue('olga', account())).id)).toMatchObject({ user: undefined, roles: [] })
    const token = await issue('olga', account({ grant: roles('read_only', 'member') }))
    expect((await standingOf(token.id))?.roles).toEqual(['member', 'read_only'])
  })

  it('is nobody’s in another tenant, and of no unknown token or tenant', async () => {
    const token = await issue('mia', personal())
    expect(await standingOf(token.id, 'globex')).toBeUndefined()
    expect(await standingOf('unknown')).toBeUndefined()
    expect(await standingOf(token.id, 'unknown')).toBeUndefined()
  })

  it('follows its owner: a weaker role, then none, then nobody', async () => {
    const token = await issue('mia', personal())
    await world.rights.giveRoles('mia', ['read_only'])
    expect((await standingOf(token.id))?.permissions.has('projects:write')).toBe(false)
    await world.rights.giveRoles('mia', [])
    expect(await standingOf(token.id)).toMatchObject({ permissions: new Set(), roles: [] })
    await world.rights.disable('mia')
    expect(await standingOf(token.id)).toMatchObject({ user: undefined, permissions: new Set() })
  })

  it('follows the ceiling and the catalog', async () => {
    const token = await issue('olga', account())
    await world.rights.setCeiling(['reports:read'])
    expect((await standingOf(token.id))?.permissions).toEqual(new Set())
    await world.rights.setCeiling(['projects:read'])
    expect((await standingOf(token.id))?.permissions).toEqual(new Set(['projects:read']))
    await world.rights.withdraw('projects:read')
    expect((await standingOf(token.id))?.permissions).toEqual(new Set())
  })

  it.each(['tenant', 'environment'] as const)('knows that the %s has switched tokens off', async (what) => {
    const token = await issue('mia', personal())
    await world.rights.switchOff(what)
    expect((await standingOf(token.id))?.switchedOff).toBe(true)
  })
})

describe('standings in memory', () => {
  it('are kept until a change tells otherwise, and only of what the change is about', async () => {
    const [mine, other] = [await issue('mia', personal()), await issue('olga', account())]
    const heard: (string | undefined)[] = []
    const changeFeed = world.connection.feed
    const standings = createStandings({ ...ports(), changeFeed }, (change) => heard.push(change?.key))
    standings.catchUp()
    for (const { id } of [mine, other]) await standings.read('acme', id)
    expect(standings.known('acme', mine.id)?.token.id).toBe(mine.id)

    await world.tokens.pause(await world.as('mia'), mine.id, 'leak')
    standings.catchUp()
    expect(standings.known('acme', mine.id)).toBeUndefined()
    expect(standings.known('acme', other.id)?.token.id).toBe(other.id)
    expect((await standings.read('acme', mine.id))?.token.paused).not.toBeNull()
    // First everything, as nobody knows what was before; then the one token.
    expect(heard).toEqual([undefined, `acme/${mine.id}`])
  })

  it('do not keep what was read while something changed', async () => {
    const token = await issue('mia', personal())
    const changeFeed = world.connection.feed
    const { accessStore } = world.ports
    const elsewhere = await world.elsewhere()
    const slow = {
      ...accessStore,
      tenant: async (tenantId: string) => {
        const tenant = await accessStore.tenant(tenantId)
        await elsewhere.tokens.revoke(await world.as('mia'), token.id)
        await world.settled()
        return tenant
      },
    }
    const standings = createStandings({ ...ports(), accessStore: slow, changeFeed }, () => undefined)
    standings.catchUp()
    expect(await standings.read('acme', token.id)).toBeDefined()
    expect(standings.known('acme', token.id)).toBeUndefined()
  })

  it('read what tokens have in common once, and again when it changed', async () => {
    const [mine, other] = [await issue('mia', personal()), await issue('olga', account())]
    const reads: string[] = []
    const { accessStore } = world.ports
    const counting = {
      ...accessStore,
      environment: () => {
        reads.push('environment')
        return accessStore.environment()
      },
      tenant: (tenantId: string) => {
        reads.push(tenantId)
        return accessStore.tenant(tenantId)
      },
    }
    const changeFeed = world.connection.feed
    const standings = createStandings({ ...ports(), accessStore: counting, changeFeed }, () => undefined)
    for (const { id } of [mine, other]) await standings.read('acme', id)
    expect(reads).toEqual(['environment', 'acme'])

    await world.rights.setCeiling(['reports:read'])
    expect((await standings.read('acme', other.id))?.permissions).toEqual(new Set())
    expect(reads).toEqual(['environment', 'acme', 'acme'])
    await world.rights.withdraw('reports:read')
    expect((await standings.read('acme', mine.id))?.permissions).toEqual(new Set())
    expect(reads.slice(3)).toEqual(['environment'])
  })

  it('do not keep what tokens have in common either, if it changed while it was read', async () => {
    const token = await issue('olga', account())
    const { accessStore } = world.ports
    const elsewhere = await world.elsewhere()
    let changed = false
    const slow = {
      ...accessStore,
      tenant: async (tenantId: string) => {
        const tenant = await accessStore.tenant(tenantId)
        if (!changed) await elsewhere.rights.setCeiling([])
        changed = true
        return tenant
      },
    }
    const changeFeed = world.connection.feed
    const standings = createStandings({ ...ports(), accessStore: slow, changeFeed }, () => undefined)
    expect((await standings.read('acme', token.id))?.permissions.size).toBeGreaterThan(0)
    await world.settled()
    expect((await standings.read('acme', token.id))?.permissions).toEqual(new Set())
  })
})
