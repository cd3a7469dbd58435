import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LeakWorld, leakWorld } from '#db/contract/leak-world.ts'
import { changesOf } from '#db/contract/read-records.ts'
import { START } from '#db/contract/token-fixture.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { LeakWork } from '#lib/leaks/leak-store.ts'
import { refreshDigests } from '#lib/oauth/refresh-text.ts'

let world: LeakWorld
beforeEach(async () => {
  world = await leakWorld()
})
afterEach(() => world.remove())

const eventOf = (tenantId: string, id = 'event-1'): AuditEvent => ({
  tenantId,
  id,
  at: START,
  type: 'token.leaked',
  actor: { kind: 'anonymous', id: '', name: '' },
  target: { kind: 'token', id: 't', name: 't' },
  requestId: 'req-7',
  address: undefined,
  details: {},
})

const versionsNow = async () => {
  const { accessStore } = world.ports
  const tenant = await accessStore.tenant('acme')
  const environment = await accessStore.environment()
  return { tenantId: 'acme', tenant: tenant?.rightsVersion ?? -1, environment: environment.rightsVersion }
}

const scene = async () => {
  const client = await world.client()
  const answer = await world.ask(client.credentials())
  const { leakStore } = world.leakPorts
  const refresh = await leakStore.findRefresh(refreshDigests(world.ports.secretRing, answer.refresh_token))
  const secret = await leakStore.findClientSecret(
    world.ports.secretRing.digests('client-secret', client.secret.clientSecret),
  )
  const token = await world.ports.tokenStore.find('acme', client.token.id)
  if (!refresh || !secret || !token) throw new Error('it is not found')
  const revoked = { ...token, revoked: { at: START, by: 'leak', reason: 'leaked' as const } }
  const works: readonly LeakWork[] = [
    { act: 'stop_token', token: revoked },
    { act: 'end_credential', token, credentialId: secret.credentialId },
    { act: 'end_family', family: refresh },
    { act: 'tell', token },
  ]
  return { client, answer, refresh, secret, token, works, leakStore }
}

const everything = async () => {
  const { queries, schema } = world.connection
  return JSON.stringify([
    await queries.select().from(schema.tokens),
    await queries.select().from(schema.credentials),
    await queries.select().from(schema.refreshTokens),
    await queries.select().from(schema.endedFamilies),
    await queries.select().from(schema.auditEvents),
    await queries.select().from(schema.changes),
  ])
}

describe('a directory', () => {
  it('says whose a digest is, whatever the account, and nothing for an unknown one', async () => {
    const { secret, refresh, token, leakStore } = await scene()
    expect(secret).toEqual({ tenantId: 'acme', tokenId: token.id, credentialId: expect.any(String) })
    expect(refresh).toMatchObject({ tenantId: 'acme', tokenId: token.id, sequence: 1 })
    for (const digests of [[], [''], ['%'], ['unknown', 'other']]) {
      expect(await leakStore.findClientSecret(digests)).toBeUndefined()
      expect(await leakStore.findRefresh(digests)).toBeUndefined()
    }
  })

  it('finds a digest of a former secret of the environment too', async () => {
    const { client, leakStore } = await scene()
    const digests = world.ports.secretRing.digests('client-secret', client.secret.clientSecret)
    expect(await leakStore.findClientSecret(['of the new secret', ...digests])).toBeDefined()
  })
})

describe('each kind of work', () => {
  it.each([0, 1, 2, 3])('%i stands there with its event, once', async (index) => {
    const { works, leakStore } = await scene()
    const work = works[index]
    if (!work) throw new Error('no such work')
    const change = { versions: await versionsNow(), event: eventOf('acme') }
    expect(await leakStore.carryOut(work, change)).toBe('done')
    expect(await world.leaks()).toHaveLength(1)
    const after = await everything()
    const again = await leakStore.carryOut(work, change).catch((thrown: unknown) => thrown)
    // The token moved on, or the same event and the same end stand there already.
    expect(again === 'repeated' || again instanceof StaleDecision).toBe(true)
    expect(await everything()).toBe(after)
  })

  it.each([0, 1, 2, 3])('%i is not done when the environment or the account changed meanwhile', async (index) => {
    const { works, leakStore } = await scene()
    const work = works[index]
    if (!work) throw new Error('no such work')
    const versions = await versionsNow()
    const before = await everything()
    for (const stale of [
      { ...versions, environment: versions.environment + 1 },
      { ...versions, tenant: versions.tenant + 1 },
    ])
      await expect(leakStore.carryOut(work, { versions: stale, event: eventOf('acme') })).rejects.toThrow(StaleDecision)
    expect(await everything()).toBe(before)
  })

  it.each([0, 1, 3])('%i is not done when the token changed meanwhile', async (index) => {
    const { works, leakStore, token } = await scene()
    const work = works[index]
    if (!work) throw new Error('no such work')
    await world.tokens.edit(await world.as('mia'), token.id, { name: 'renamed' })
    const change = { versions: await versionsNow(), event: eventOf('acme') }
    await expect(leakStore.carryOut(work, change)).rejects.toThrow(StaleDecision)
  })

  it('tells nothing to the caches where nothing about an answer changed', async () => {
    const { works, leakStore, token, refresh } = await scene()
    const [stop, end, family, tell] = works
    if (!stop || !end || !family || !tell) throw new Error('no such work')
    await leakStore.carryOut(tell, { versions: await versionsNow(), event: eventOf('acme', 'e1') })
    expect(await changesOf(world.connection)).toEqual([])
    await leakStore.carryOut(family, { versions: await versionsNow(), event: eventOf('acme', 'e2') })
    await leakStore.carryOut(stop, { versions: await versionsNow(), event: eventOf('acme', 'e3') })
    expect(await changesOf(world.connection)).toEqual([
      `family acme/${token.id}/${refresh.familyId}`,
      `token acme/${token.id}`,
    ])
  })

  it('touches nothing of another account that has the same ids', async () => {
    const { token, secret, leakStore } = await scene()
    const elsewhere = { ...token, tenantId: 'globex' }
    const tenant = await world.ports.accessStore.tenant('globex')
    const versions = { ...(await versionsNow()), tenantId: 'globex', tenant: tenant?.rightsVersion ?? -1 }
    const before = await everything()
    for (const work of [
      { act: 'stop_token', token: elsewhere },
      { act: 'end_credential', token: elsewhere, credentialId: secret.credentialId },
      { act: 'tell', token: elsewhere },
    ] satisfies readonly LeakWork[])
      await expect(leakStore.carryOut(work, { versions, event: eventOf('globex') })).rejects.toThrow(StaleDecision)
    expect(await everything()).toBe(before)
  })
})

describe('the end of a family', () => {
  it('is known of its own account’s alone', async () => {
    const { refresh, client, leakStore } = await scene()
    expect(await leakStore.hasEnded(refresh)).toBe(false)
    await world.revoke(client.about((await world.ask(client.credentials())).refresh_token))
    expect(await leakStore.hasEnded(refresh)).toBe(false)
    await world.oauthStore.endFamily(refresh, 'theft', eventOf('acme', 'e9'))
    expect(await leakStore.hasEnded(refresh)).toBe(true)
    expect(await leakStore.hasEnded({ ...refresh, tenantId: 'globex' })).toBe(false)
  })
})
