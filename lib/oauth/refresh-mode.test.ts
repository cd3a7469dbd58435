import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { getsRefreshTokens } from '#lib/oauth/refresh-mode.ts'
import type { RefreshMode } from '#lib/tokens/token.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const refreshRows = async () => world.connection.queries.select().from(world.connection.schema.refreshTokens)

/** Switches the environment's default, as an operator's command does. */
const environmentSays = async (refreshTokens: boolean) => {
  const { environment } = world.connection.schema
  await amend(world.connection, (tx) =>
    tx
      .update(environment)
      .set({ refreshTokensOffAt: refreshTokens ? null : 5 })
      .returning(),
  )
}

it.each<readonly [RefreshMode, boolean, boolean]>([
  ['default', true, true],
  ['default', false, false],
  ['on', true, true],
  ['on', false, true],
  ['off', true, false],
  ['off', false, false],
])('a token that says %s where the environment says %s: %s', (refreshMode, refreshTokens, gets) => {
  expect(getsRefreshTokens({ refreshMode }, { refreshTokens })).toBe(gets)
})

describe('a client without refresh tokens', () => {
  it('is answered a bearer JWT alone; nothing is stored for refreshing, and it is recorded', async () => {
    const { credentials, token } = await world.client('mia', { refreshMode: 'off' })
    const answer = await world.exchange(credentials())
    expect(Object.keys(answer).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
    expect(await refreshRows()).toEqual([])
    expect(await auditOf(world.connection, 'acme')).toEqual(
      expect.arrayContaining([expect.stringContaining('token.exchanged')]),
    )
    expect((await world.asBearer(answer)).token.id).toBe(token.id)
  })

  it('exchanges again as often as it likes', async () => {
    const { credentials } = await world.client('mia', { refreshMode: 'off' })
    for (let round = 0; round < 3; round += 1) await world.asBearer(await world.exchange(credentials()))
    expect(await refreshRows()).toEqual([])
  })

  it('ends its bearer JWT by revoking it, in every process', async () => {
    const { credentials, about } = await world.client('mia', { refreshMode: 'off' })
    const [answer, another] = [await world.exchange(credentials()), await world.exchange(credentials())]
    const elsewhere = await world.otherProcess()
    await elsewhere.asBearer(answer)
    await world.revoke(about(answer.access_token))
    await world.settled()
    for (const process of [world, elsewhere])
      await expect(process.asBearer(answer)).rejects.toMatchObject({ code: 'token.revoked' })
    expect(await elsewhere.asBearer(another)).toBeDefined()
  })

  it('loses its bearer JWTs with a secret that leaked, and no others', async () => {
    const { token, credentials } = await world.client('mia', { refreshMode: 'off' })
    const answer = await world.exchange(credentials())
    const elsewhere = await world.otherProcess()
    await elsewhere.asBearer(answer)
    const { secret } = await world.tokens.rotate(await world.as('mia'), token.id, { overlapSeconds: 0 })
    if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
    await world.settled()
    for (const process of [world, elsewhere])
      await expect(process.asBearer(answer)).rejects.toMatchObject({ code: 'token.revoked' })
    // In the same second, by the new secret.
    const next = await world.exchange(credentials({ client_secret: secret.clientSecret }))
    expect(await elsewhere.asBearer(next)).toBeDefined()
  })

  it('gets bearer JWTs that end with the secret of an overlap', async () => {
    const { token, credentials } = await world.client('mia', { refreshMode: 'off' })
    await world.tokens.rotate(await world.as('mia'), token.id, { overlapSeconds: 60 })
    const answer = await world.exchange(credentials())
    expect(answer.expires_in).toBe(60)
    world.advance(59)
    expect(await world.asBearer(answer)).toBeDefined()
    world.advance(1)
    await expect(world.asBearer(answer)).rejects.toBeDefined()
  })

  it('leaves nothing good where it is revoked at the same moment', async () => {
    const { token, credentials } = await world.client('mia', { refreshMode: 'off' })
    const other = await world.otherProcess()
    const [exchanged] = await Promise.allSettled([
      world.exchange(credentials()),
      other.tokens.revoke(await world.as('mia'), token.id),
    ])
    await world.settled()
    const used = exchanged.status === 'fulfilled' ? world.asBearer(exchanged.value) : Promise.reject(exchanged.reason)
    await expect(used).rejects.toMatchObject({
      code: expect.stringMatching(/^(token\.revoked|oauth\.invalid_client)$/),
    })
  })
})

describe('switching off', () => {
  it('refuses the refresh tokens there are, and they are not active, until it is switched on again', async () => {
    const { token, credentials, refresh, about } = await world.client()
    const mia = await world.as('mia')
    const { refresh_token: text, access_token: bearer } = await world.ask(credentials())
    await world.tokens.edit(mia, token.id, { refreshMode: 'off' })
    await expect(world.ask(refresh(text))).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
    expect(await world.introspect(about(text))).toEqual({ active: false })
    expect(await world.introspect(about(bearer))).toMatchObject({ active: true })
    await world.tokens.edit(mia, token.id, { refreshMode: 'on' })
    expect(await world.ask(refresh(text))).toBeDefined()
  })

  it('for the environment leaves those that say otherwise alone', async () => {
    const [plain, insisting] = [await world.client(), await world.client('max', { refreshMode: 'on' })]
    const { refresh_token: text } = await world.ask(plain.credentials())
    await environmentSays(false)
    expect(await world.exchange(plain.credentials())).not.toHaveProperty('refresh_token')
    await expect(world.ask(plain.refresh(text))).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
    expect(await world.ask(insisting.credentials())).toBeDefined()
    await environmentSays(true)
    expect(await world.ask(plain.refresh(text))).toBeDefined()
  })
})

it('is for clients alone', async () => {
  const mia = await world.as('mia')
  const asked = {
    context: 'user',
    type: 'access_token',
    name: 'x',
    grant: { mode: 'owner' },
    expiry: { kind: 'never' },
  } as const
  await expect(
    world.tokens.issue(mia, { ...asked, refreshMode: 'off', dpopRequired: true, publicJwks: '{}' }),
  ).rejects.toMatchObject({ code: 'request.invalid' })
  const { token } = await world.tokens.issue(mia, asked)
  await expect(world.tokens.edit(mia, token.id, { refreshMode: 'off', dpopRequired: true })).rejects.toMatchObject({
    code: 'request.invalid',
    fields: {
      refreshMode: ['Only client credentials have this.'],
      dpopRequired: ['Only client credentials have this.'],
    },
  })
})

it('and the need of DPoP are kept, changed and recorded', async () => {
  const { token } = await world.client('mia', { refreshMode: 'on', dpopRequired: true })
  expect(token).toMatchObject({ refreshMode: 'on', dpopRequiredAt: world.clock.now() })
  const since = token.dpopRequiredAt
  world.advance(10)
  const mia = await world.as('mia')
  const edited = await world.tokens.edit(mia, token.id, { name: 'renamed', dpopRequired: true })
  expect(edited).toMatchObject({ refreshMode: 'on', dpopRequiredAt: since })
  expect(await world.tokens.edit(mia, token.id, { dpopRequired: false })).toMatchObject({ dpopRequiredAt: null })
  expect((await world.ports.tokenStore.find('acme', token.id))?.dpopRequiredAt).toBeNull()
  const { queries, schema } = world.connection
  const events = await queries.select().from(schema.auditEvents).where(eq(schema.auditEvents.tenantId, 'acme'))
  expect(events.map(({ details }) => JSON.parse(details)['fields'])).toEqual([undefined, ['name'], ['dpopRequired']])
})
