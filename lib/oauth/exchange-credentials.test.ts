import { eq } from 'drizzle-orm'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formMessage, type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { personal, START } from '#db/contract/token-fixture.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import { oauthUseCases } from '#lib/oauth/oauth-use-cases.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const NOBODY = { requestId: 'req-3', address: undefined, agent: undefined }
const BEARER_SECONDS = 15 * MINUTE_SECONDS

describe('client credentials', () => {
  it('are exchanged for a bearer JWT (RFC 9068) and a refresh token', async () => {
    const { token, credentials } = await world.client('mia', { metadata: { team: 'data' } })
    const answer = await world.ask(credentials())
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: BEARER_SECONDS })
    expect(answer).not.toHaveProperty('scope')
    expect(isSecretText('lkr_', answer.refresh_token)).toBe(true)
    expect(decodeProtectedHeader(answer.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    const claims = decodeJwt(answer.access_token)
    expect(claims).toMatchObject({
      iss: 'https://id.example',
      sub: token.id,
      client_id: token.id,
      aud: 'https://id.example',
      iat: START,
      exp: START + BEARER_SECONDS,
      type: 'userApiToken',
      tenantId: 'acme',
      userId: 'mia',
      email: 'mia@example.com',
      createdByUserId: 'mia',
      roles: ['member'],
      metadata: { team: 'data' },
    })
    expect(claims['permissions']).toContain('projects:read')
    expect(claims).not.toHaveProperty('scope')
    expect([claims.jti, claims['sid']].every((id) => typeof id === 'string')).toBe(true)
  })

  it('of an account name no person, and carry what was granted', async () => {
    const grant = { mode: 'permissions' as const, permissions: ['projects:read', 'projects:write'] }
    const { credentials } = await world.client('olga', { context: 'tenant', grant })
    const claims = decodeJwt((await world.ask(credentials())).access_token)
    expect(claims).toMatchObject({ type: 'tenantApiToken', permissions: grant.permissions, roles: [] })
    expect(claims).not.toHaveProperty('userId')
    expect(claims).not.toHaveProperty('email')
  })

  it('give a bearer that validates, and each use is counted', async () => {
    const { token, credentials } = await world.client()
    const validation = await world.asBearer(await world.ask(credentials()))
    expect(validation).toMatchObject({ token: { id: token.id }, user: { id: 'mia' } })
    expect(world.uses.map(({ tokenId, outcome }) => [tokenId, outcome])).toEqual([
      [token.id, 'accepted'],
      [token.id, 'accepted'],
    ])
  })

  it('never outlive their token', async () => {
    const { credentials } = await world.client('mia', { expiry: { kind: 'after', seconds: 100 } })
    world.advance(40)
    const answer = await world.ask(credentials())
    expect(answer.expires_in).toBe(60)
    expect(decodeJwt(answer.access_token).exp).toBe(START + 100)
  })

  it('are judged and dated by one moment, also where the token ends before they are answered', async () => {
    const { credentials } = await world.client('mia', { expiry: { kind: 'after', seconds: 100 } })
    world.advance(99)
    const { environmentStore } = world.oauthPorts
    const slowStore = {
      ...environmentStore,
      settings: () => {
        world.advance(2)
        return environmentStore.settings()
      },
    }
    const { answerTokenRequest } = oauthUseCases({ ...world.oauthPorts, environmentStore: slowStore })
    const answer = await answerTokenRequest(formMessage(credentials()), NOBODY)
    expect(answer.expires_in).toBe(1)
    expect(decodeJwt(answer.access_token)).toMatchObject({ iat: START + 99, exp: START + 100 })
  })

  it('made elsewhere are good before memory has heard of them, for one look at the store', async () => {
    const client = await world.client()
    const { tenantId, id } = client.token
    const before = await world.verdict.standing(tenantId, id)
    const { secret } = await world.tokens.rotate(await world.as('mia'), id, { overlapSeconds: 60 })
    if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
    let looks = 0
    const standings = {
      ...world.verdict,
      standing: async () => before,
      reread: (...ids: readonly [string, string]) => {
        looks += 1
        return world.verdict.reread(...ids)
      },
    }
    const { answerTokenRequest } = oauthUseCases({ ...world.oauthPorts, standings })
    const sent = formMessage(client.credentials({ client_secret: secret.clientSecret }))
    await expect(answerTokenRequest(sent, NOBODY)).resolves.toHaveProperty('access_token')
    expect(looks).toBe(1)
  })

  it('are recorded, without a secret', async () => {
    const { token, credentials } = await world.client()
    await world.ask(credentials())
    expect(await auditOf(world.connection, 'acme')).toContain(`token.exchanged ${token.id}`)
  })

  it('name their family and their record by ids that grow, so that indexes take them at the end', async () => {
    const { credentials } = await world.client()
    const answer = await world.ask(credentials())
    const { queries, schema } = world.connection
    const events = await queries.select().from(schema.auditEvents).where(eq(schema.auditEvents.type, 'token.exchanged'))
    const ids = [decodeJwt(answer.access_token)['sid'], ...events.map(({ id }) => id)]
    expect(ids).toEqual(ids.map(() => expect.stringMatching(/^[\da-f-]{14}7/)))
    expect(ids).toHaveLength(2)
  })

  it('change nothing that a cache would have to hear of', async () => {
    const { credentials } = await world.client()
    const first = await world.asBearer(await world.ask(credentials()))
    const answer = await world.ask(credentials())
    await world.asBearer(answer)
    expect(await world.asBearer(answer)).toMatchObject({ token: first.token })
    const rows = await world.connection.queries.select().from(world.connection.schema.changes)
    expect(rows).toEqual([])
  })
})

describe('scope', () => {
  it('narrows, and is answered and carried sorted', async () => {
    const { credentials } = await world.client()
    const answer = await world.ask(credentials({ scope: 'records:read projects:read records:read' }))
    expect(answer.scope).toBe('projects:read records:read')
    const claims = decodeJwt(answer.access_token)
    expect(claims).toMatchObject({ scope: answer.scope, permissions: ['projects:read', 'records:read'] })
    expect((await world.asBearer(answer)).permissions).toEqual(['projects:read', 'records:read'])
  })

  it.each(['projects:delete', 'projects:read projects:delete', 'tenant.tokens:manage', 'nonsense', ' ', 'a:b  c:d'])(
    '%j is refused',
    async (scope) => {
      const { credentials } = await world.client()
      await expect(world.ask(credentials({ scope }))).rejects.toMatchObject({ code: 'oauth.invalid_scope' })
    },
  )
})

describe('resource (RFC 8707)', () => {
  it('names an audience of the environment, or nothing is given', async () => {
    const { credentials } = await world.client()
    const answer = await world.ask(credentials({ resource: 'https://id.example' }))
    expect(decodeJwt(answer.access_token).aud).toBe('https://id.example')
    await expect(world.ask(credentials({ resource: 'https://elsewhere.example' }))).rejects.toMatchObject({
      code: 'oauth.invalid_target',
    })
  })
})

describe('a client that gets nothing', () => {
  const UNKNOWN = '0f8fad5b-d9cb-469f-a165-70867728950e'

  it.each(['', UNKNOWN, UNKNOWN.toUpperCase(), "' or 1=1 --", 'a\0b'])('is unknown: %j', async (id) => {
    const { credentials } = await world.client()
    await expect(world.ask(credentials({ client_id: id }))).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    expect(world.uses).toEqual([])
  })

  it('has another secret, another client’s secret, or an access token', async () => {
    const { token, credentials, secret } = await world.client()
    const other = await world.client('max')
    const access = await world.tokens.issue(await world.as('mia'), personal())
    const wrong = [
      credentials({ client_secret: `${secret.clientSecret}x` }),
      credentials({ client_secret: other.secret.clientSecret }),
      other.credentials({ client_id: token.id }),
      credentials({ client_id: access.token.id }),
    ]
    for (const form of wrong) await expect(world.ask(form)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    expect(world.uses).toEqual([])
  })

  const ends = [
    ['revoked', (id: string) => world.as('mia').then((mia) => world.tokens.revoke(mia, id))],
    ['paused', (id: string) => world.as('mia').then((mia) => world.tokens.pause(mia, id))],
    ['expired', async () => world.advance(3600)],
    ['switched off', () => world.rights.switchOff('tenant')],
    ['switched off everywhere', () => world.rights.switchOff('environment')],
  ] as const

  it.each(ends)('is %s: the same answer, and counted as refused', async (_, end) => {
    const { token, credentials } = await world.client('mia', { expiry: { kind: 'after', seconds: 3600 } })
    await end(token.id)
    const unknown = await world.ask(credentials({ client_id: UNKNOWN })).catch((thrown: unknown) => thrown)
    const refused = await world.ask(credentials()).catch((thrown: unknown) => thrown)
    const { code, detail } = unknown as { code: string; detail: unknown }
    expect(refused).toMatchObject({ code: 'oauth.invalid_client' })
    expect(refused).toMatchObject({ code, detail })
    expect(world.uses.map(({ outcome }) => outcome)).toEqual(['refused'])
  })

  it('holds a secret that was rotated away', async () => {
    const { token, credentials } = await world.client()
    await world.tokens.rotate(await world.as('mia'), token.id, { overlapSeconds: 60 })
    await expect(world.ask(credentials())).resolves.toBeDefined()
    world.advance(60)
    await expect(world.ask(credentials())).rejects.toMatchObject({ code: 'oauth.invalid_client' })
  })

  it('asks from an address its token does not allow, or from none', async () => {
    const { credentials } = await world.client('mia', { ipAllowlist: ['198.51.100.0/24'] })
    await expect(world.ask(credentials())).rejects.toMatchObject({ code: 'token.address' })
    await expect(world.ask(credentials({ client_secret: 'x' }))).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await expect(world.ask(credentials(), { address: '198.51.100.9' })).resolves.toBeDefined()
  })
})

describe('a token that changes while it is exchanged', () => {
  it('leaves nothing good once it is revoked, however the two meet', async () => {
    const { token, credentials } = await world.client()
    const other = await world.otherProcess()
    const bearers = await Promise.all([world.ask(credentials()), other.ask(credentials())])
    const [exchange] = await Promise.allSettled([
      world.ask(credentials()),
      other.tokens.revoke(await world.as('mia'), token.id),
    ])
    await world.settled()
    const late = exchange?.status === 'fulfilled' ? [exchange.value] : []
    for (const bearer of [...bearers, ...late])
      await expect(world.asBearer(bearer)).rejects.toMatchObject({ code: 'token.revoked' })
    await expect(world.ask(credentials())).rejects.toMatchObject({ code: 'oauth.invalid_client' })
  })
})

describe('a secret that leaked', () => {
  it('is rotated without an overlap: what it was exchanged for ends with it, in every process', async () => {
    const client = await world.client()
    const other = await world.otherProcess()
    const first = await world.ask(client.credentials())
    const second = await other.ask(client.refresh((await world.ask(client.credentials())).refresh_token))
    for (const bearer of [first, second]) await expect(other.asBearer(bearer)).resolves.toBeDefined()

    const { secret } = await world.tokens.rotate(await world.as('mia'), client.token.id, { overlapSeconds: 0 })
    if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
    await world.settled()
    for (const bearer of [first, second])
      await expect(other.asBearer(bearer)).rejects.toMatchObject({ code: 'token.revoked' })
    for (const { refresh_token } of [first, second])
      await expect(
        world.ask(client.refresh(refresh_token, { client_secret: secret.clientSecret })),
      ).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
    const renewed = await world.ask(client.credentials({ client_secret: secret.clientSecret }))
    await expect(other.asBearer(renewed)).resolves.toMatchObject({ token: { id: client.token.id } })
  })

  it('rotated with an overlap, leaves what is under way alone', async () => {
    const client = await world.client()
    const bearer = await world.ask(client.credentials())
    await world.tokens.rotate(await world.as('mia'), client.token.id, { overlapSeconds: 60 })
    await expect(world.asBearer(bearer)).resolves.toBeDefined()
  })
})
