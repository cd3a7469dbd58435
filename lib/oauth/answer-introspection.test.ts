import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formMessage, type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { account, type PersonId, permissions, personal, START } from '#db/contract/token-fixture.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { answerIntrospection } from '#lib/oauth/answer-introspection.ts'
import { REFRESH_LIFETIME_SECONDS } from '#lib/oauth/refresh-token.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const INACTIVE = { active: false }
const ISSUER = 'https://id.example'

/** A client with a bearer JWT and a refresh token, and a client of the same account that asks. */
const scene = async (who: PersonId = 'mia', asked: Partial<IssueRequest> = {}, sent = {}) => {
  const client = await world.client(who, asked)
  const answer = await world.ask(client.credentials(sent))
  const service = await world.client(who === 'gus' ? 'gus' : 'max')
  return { client, answer, service, bearer: answer.access_token, refresh: answer.refresh_token }
}

const accessJwt = async (request: IssueRequest = personal(), who: PersonId = 'mia') => {
  const { token, secret } = await world.tokens.issue(await world.as(who), request)
  return { token, text: secret.type === 'access_token' ? secret.accessToken : '' }
}

describe('a token that is good now', () => {
  it('is told in full: a bearer JWT', async () => {
    const { client, service, bearer } = await scene('mia', {}, { scope: 'projects:read records:read' })
    expect(await world.introspect(service.about(bearer))).toEqual({
      active: true,
      scope: 'projects:read records:read',
      client_id: client.token.id,
      username: 'mia@example.com',
      token_type: 'Bearer',
      exp: START + 15 * MINUTE_SECONDS,
      iat: START,
      sub: client.token.id,
      aud: ISSUER,
      iss: ISSUER,
      jti: decodeJwt(bearer).jti,
      tenantId: 'acme',
      type: 'userApiToken',
    })
  })

  it('is told in full: an access JWT of the account, which names no person and need not end', async () => {
    const { service } = await scene()
    const { token, text } = await accessJwt(account(), 'olga')
    expect(await world.introspect(service.about(text))).toEqual({
      active: true,
      scope: 'projects:read',
      client_id: token.id,
      token_type: 'N_A',
      iat: START,
      sub: token.id,
      aud: ISSUER,
      iss: ISSUER,
      jti: decodeJwt(text).jti,
      tenantId: 'acme',
      type: 'tenantAccessToken',
    })
  })

  it('is told in full: a refresh token, to its own client', async () => {
    const { client, refresh } = await scene('mia', {}, { scope: 'projects:read' })
    expect(await world.introspect(client.about(refresh))).toEqual({
      active: true,
      scope: 'projects:read',
      client_id: client.token.id,
      username: 'mia@example.com',
      token_type: 'N_A',
      exp: START + REFRESH_LIFETIME_SECONDS,
      iat: START,
      sub: client.token.id,
      aud: ISSUER,
      iss: ISSUER,
      tenantId: 'acme',
      type: 'userApiToken',
    })
  })

  it('is told as its row is at this moment, not as its claims were', async () => {
    const { client, service, bearer } = await scene('mia', { grant: permissions('projects:read', 'records:read') })
    await world.tokens.edit(await world.as('mia'), client.token.id, { grant: permissions('records:read') })
    expect(await world.introspect(service.about(bearer))).toMatchObject({ active: true, scope: 'records:read' })
    expect(decodeJwt(bearer)['permissions']).toEqual(['projects:read', 'records:read'])
  })

  it('ends when the first of its ends comes: its own, its token’s, its overlap’s', async () => {
    const soon = { kind: 'after', seconds: 3600 } as const
    const { client, refresh } = await scene('mia', { expiry: soon })
    expect(await world.introspect(client.about(refresh))).toMatchObject({ exp: START + 3600 })
    const { token, text } = await accessJwt(personal({ expiry: soon }))
    expect(await world.introspect(client.about(text))).toMatchObject({ exp: START + 3600 })
    await world.tokens.rotate(await world.as('mia'), token.id, { overlapSeconds: 60 })
    expect(await world.introspect(client.about(text))).toMatchObject({ exp: START + 60 })
    world.advance(60)
    expect(await world.introspect(client.about(text))).toEqual(INACTIVE)
  })

  it('ends with the credential that a bearer JWT was exchanged for (regression: it said its own end)', async () => {
    const { client, service, bearer } = await scene()
    await world.tokens.rotate(await world.as('mia'), client.token.id, { overlapSeconds: 60 })
    expect(await world.introspect(service.about(bearer))).toMatchObject({ exp: START + 60 })
    world.advance(60)
    expect(await world.introspect(service.about(bearer))).toEqual(INACTIVE)
  })

  it('whatever the hint says', async () => {
    const { client, bearer, refresh } = await scene()
    for (const token_type_hint of ['access_token', 'refresh_token', 'nonsense'])
      for (const text of [bearer, refresh])
        expect(await world.introspect(client.about(text, { token_type_hint }))).toMatchObject({ active: true })
  })

  it('is not used by being asked about; the client that asks uses its secret', async () => {
    const { client, service, bearer } = await scene()
    world.uses.length = 0
    await world.introspect(service.about(bearer))
    expect(world.uses.map(({ tokenId, outcome }) => [tokenId, outcome])).toEqual([[service.token.id, 'accepted']])
    expect(world.uses.some(({ tokenId }) => tokenId === client.token.id)).toBe(false)
  })
})

describe('a token that is bound to addresses', () => {
  const bound = { ipAllowlist: ['198.51.100.0/24'] }

  it('is active only where the client says that it came from one of them', async () => {
    const { service } = await scene()
    const { text } = await accessJwt(personal(bound))
    expect(await world.introspect(service.about(text))).toEqual(INACTIVE)
    expect(await world.introspect(service.about(text, { address: '192.0.2.7' }))).toEqual(INACTIVE)
    expect(await world.introspect(service.about(text), { address: '198.51.100.7' })).toEqual(INACTIVE)
    for (const address of ['198.51.100.7', '::ffff:198.51.100.7'])
      expect(await world.introspect(service.about(text, { address }))).toMatchObject({ active: true })
  })

  it.each(['198.51.100', '198.51.100.0/24', '0306.063.0144.07', 'localhost', '1.2.3.4, 198.51.100.7'])(
    'an address %j is none',
    async (address) => {
      const { service } = await scene()
      const { text } = await accessJwt(personal(bound))
      await expect(world.introspect(service.about(text, { address }))).rejects.toMatchObject({
        code: 'request.malformed',
      })
    },
  )
})

describe('nothing is learnt of', () => {
  it.each([
    ['nothing of ours', 'nonsense'],
    ['what is too long', 'a.b.'.padEnd(60_000, 'c')],
    ['a refresh token nobody has', formatSecret('lkr_', new Uint8Array(32))],
    ['a NUL', 'a\0b'],
    ['an unsigned JWT', 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIxIn0.'],
  ])('%s', async (_, text) => {
    const { service } = await scene()
    expect(await world.introspect(service.about(text))).toEqual(INACTIVE)
  })

  it('a client secret, and a JWT changed in a character', async () => {
    const { client, service, bearer } = await scene()
    const middle = bearer.length >> 1
    const forged = `${bearer.slice(0, middle)}${bearer[middle] === 'A' ? 'B' : 'A'}${bearer.slice(middle + 1)}`
    for (const text of [client.secret.clientSecret, forged, `${bearer}=`, ` ${bearer}`])
      expect(await world.introspect(service.about(text))).toEqual(INACTIVE)
  })

  const ends = [
    ['revoked', (id: string) => world.as('mia').then((mia) => world.tokens.revoke(mia, id))],
    ['paused', (id: string) => world.as('mia').then((mia) => world.tokens.pause(mia, id))],
    ['expired', async () => world.advance(3600)],
  ] as const

  it.each(ends)('a token that is %s, warm or cold', async (_, end) => {
    const expiry = { kind: 'after', seconds: 3600 } as const
    const { client, service, bearer } = await scene('mia', { expiry })
    const access = await accessJwt(personal({ expiry }))
    for (const text of [bearer, access.text])
      expect(await world.introspect(service.about(text))).toMatchObject({ active: true })
    const other = await world.otherProcess()
    for (const { id } of [client.token, access.token]) await end(id)
    await world.settled()
    for (const text of [bearer, access.text])
      for (const here of [world, other]) expect(await here.introspect(service.about(text))).toEqual(INACTIVE)
  })

  it('a refresh token that was used, that expired, or that is another client’s', async () => {
    const { client, service, refresh } = await scene()
    expect(await world.introspect(service.about(refresh))).toEqual(INACTIVE)
    const { refresh_token: next } = await world.ask(client.refresh(refresh))
    expect(await world.introspect(client.about(refresh))).toEqual(INACTIVE)
    expect(await world.introspect(client.about(next))).toMatchObject({ active: true })
    world.advance(REFRESH_LIFETIME_SECONDS)
    expect(await world.introspect(client.about(next))).toEqual(INACTIVE)
  })
})

describe('a token of another account', () => {
  const foreign = async () => {
    const { bearer, refresh } = await scene('gus')
    const { text } = await accessJwt(personal(), 'gus')
    return { jwts: [bearer, text], refresh, service: await world.client('max') }
  }

  it('does not exist', async () => {
    const { jwts, refresh, service } = await foreign()
    for (const text of [...jwts, refresh]) expect(await world.introspect(service.about(text))).toEqual(INACTIVE)
  })

  it('would be told of without the tenant of the client that asks (saboteur)', async () => {
    const { jwts, service } = await foreign()
    const { standings } = world.oauthPorts
    const sabotaged = answerIntrospection({
      ...world.oauthPorts,
      standings: {
        ...standings,
        inspect: (_tenantId, text, address) => standings.inspect(String(decodeJwt(text)['tenantId']), text, address),
      },
    })
    for (const text of jwts)
      expect(
        await sabotaged(formMessage(service.about(text)), { requestId: 'r', address: undefined, agent: '' }),
      ).toEqual(expect.objectContaining({ active: true, tenantId: 'globex' }))
  })
})

describe('a client that gets no answer', () => {
  it('did not say who it is, or is not that', async () => {
    const { service, bearer } = await scene()
    const wrong = [
      { token: bearer },
      service.about(bearer, { client_secret: 'wrong' }),
      service.about(bearer, { client_id: '0f8fad5b-d9cb-469f-a165-70867728950e' }),
    ]
    for (const form of wrong)
      await expect(world.introspect(form)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await world.tokens.pause(await world.as('max'), service.token.id)
    await expect(world.introspect(service.about(bearer))).rejects.toMatchObject({ code: 'oauth.invalid_client' })
  })

  it('asks about nothing', async () => {
    const { service } = await scene()
    await expect(world.introspect(service.about(''))).rejects.toMatchObject({ code: 'request.malformed' })
  })
})
