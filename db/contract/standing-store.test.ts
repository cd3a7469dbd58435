import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, permissions, personal, roles, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { createStandingStore } from '#db/standing-store.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const find = (tenantId: string, tokenId: string) => createStandingStore(world.connection).find(tenantId, tokenId)

describe('a standing', () => {
  it.each([
    ['one that follows its owner', personal()],
    ['one with permissions', account({ grant: permissions('projects:write', 'projects:read') })],
    ['one with roles', account({ grant: roles('read_only', 'member') })],
    ['one with a client’s secret', account({ type: 'client_credentials' })],
  ])('is the token and the credentials that the token store finds: %s', async (_, request) => {
    const { token } = await world.tokens.issue(await world.as('olga'), request)
    const standing = await find('acme', token.id)
    const { tokenStore } = world.ports
    expect(standing?.token).toEqual(await tokenStore.find('acme', token.id))
    const credentials = await tokenStore.credentials('acme', token.id)
    expect([...(standing?.credentialEnds ?? [])]).toEqual(credentials.map(({ id, endsAt }) => [id, endsAt]))
    expect(standing?.endedFamilies.size).toBe(0)
  })

  it('knows each of two credentials while a rotation overlaps, and when they end', async () => {
    const olga = await world.as('olga')
    const { token } = await world.tokens.issue(olga, account())
    await world.tokens.rotate(olga, token.id, { overlapSeconds: 3600 })
    const credentials = await world.ports.tokenStore.credentials('acme', token.id)
    expect(credentials.map(({ endsAt }) => endsAt === null)).toEqual([true, false])
    const ends = (await find('acme', token.id))?.credentialEnds
    expect(ends?.size).toBe(2)
    for (const { id, endsAt } of credentials) expect(ends?.get(id)).toBe(endsAt)
  })

  it('is nobody’s but its tenant’s', async () => {
    const { token } = await world.tokens.issue(await world.as('olga'), account())
    expect(await find('globex', token.id)).toBeUndefined()
    expect(await find('acme', 'unknown')).toBeUndefined()
  })
})
