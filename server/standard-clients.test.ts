import { OAuth2Client } from '@badgateway/oauth2-client'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { JwksClient, passportJwtSecret } from 'jwks-rsa'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt'
import { ClientCredentials } from 'simple-oauth2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedHere, serveHere } from '#server/served-here.fixture.ts'

// Clients that others wrote, as they come from npm, against the real server under its real name.

let here: ServedHere
beforeAll(async () => {
  here = await serveHere()
})
afterAll(() => here.stop())

const isGood = async (bearer: string): Promise<boolean> => {
  const { status } = await fetch(`${here.url}/api/v1/validate`, { headers: { Authorization: `Bearer ${bearer}` } })
  return status === 200
}

describe('openid-client', () => {
  it.each([
    ['HTTP Basic', openid.ClientSecretBasic],
    ['the form', openid.ClientSecretPost],
  ])('discovers, exchanges, refreshes, introspects and revokes, by %s', async (_, authentication) => {
    const { id, secret } = await here.client()
    const config = await openid.discovery(new URL(here.url), id, undefined, authentication(secret), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })
    const first = await openid.clientCredentialsGrant(config, { scope: 'projects:read', resource: here.url })
    const second = await openid.refreshTokenGrant(config, first.refresh_token ?? '')
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await openid.tokenIntrospection(config, second.access_token)).toMatchObject({
      active: true,
      client_id: id,
      scope: 'projects:read',
    })
    await openid.tokenRevocation(config, second.refresh_token ?? '')
    expect(await openid.tokenIntrospection(config, second.access_token)).toEqual({ active: false })
    expect(await isGood(second.access_token)).toBe(false)
    await expect(openid.refreshTokenGrant(config, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })
})

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true }

  const discovered = async () => {
    const issuer = new URL(here.url)
    const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    return oauth.processDiscoveryResponse(issuer, answer)
  }

  it('exchanges, refreshes, introspects and revokes, and takes the JWT for an access token (RFC 9068)', async () => {
    const { id, secret } = await here.client()
    const [as, client, authentication] = [await discovered(), { client_id: id }, oauth.ClientSecretBasic(secret)]
    const exchanged = await oauth.clientCredentialsGrantRequest(as, client, authentication, {}, insecure)
    const first = await oauth.processClientCredentialsResponse(as, client, exchanged)
    const refreshed = await oauth.refreshTokenGrantRequest(
      as,
      client,
      authentication,
      first.refresh_token ?? '',
      insecure,
    )
    const second = await oauth.processRefreshTokenResponse(as, client, refreshed)
    const request = new Request(`${here.url}/records`, { headers: { Authorization: `Bearer ${second.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(as, request, here.url, insecure)
    expect(claims).toMatchObject({ sub: id, client_id: id, iss: here.url, aud: here.url })
    const token = second.access_token
    const asked = await oauth.introspectionRequest(as, client, authentication, token, insecure)
    expect(await oauth.processIntrospectionResponse(as, client, asked)).toMatchObject({ active: true, sub: id })
    const revoked = await oauth.revocationRequest(as, client, authentication, token, insecure)
    await oauth.processRevocationResponse(revoked)
    expect(await isGood(token)).toBe(false)
  })

  it('takes no access JWT of ours for one', async () => {
    const authorization = `Bearer ${await here.accessToken()}`
    const request = new Request(`${here.url}/records`, { headers: { Authorization: authorization } })
    await expect(oauth.validateJwtAccessToken(await discovered(), request, here.url, insecure)).rejects.toMatchObject({
      code: oauth.INVALID_RESPONSE,
    })
  })
})

describe('simple-oauth2', () => {
  it.each(['header', 'body'] as const)('exchanges, refreshes and revokes, its secret in the %s', async (method) => {
    const { id, secret } = await here.client()
    const clientWith = (text: string) =>
      new ClientCredentials({
        client: { id, secret: text },
        auth: { tokenHost: here.url, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' },
        // Its own default refuses any answer that is no JSON; a revocation has none (RFC 7009 §2.2).
        http: { json: true },
        options: { authorizationMethod: method },
      })
    const first = await clientWith(secret).getToken({ scope: 'projects:read' })
    expect(first.token).toMatchObject({ token_type: 'Bearer', scope: 'projects:read', expires_in: 900 })
    expect(first.expired()).toBe(false)
    const second = await first.refresh()
    const bearer = String(second.token['access_token'])
    expect(await isGood(bearer)).toBe(true)
    await second.revoke('refresh_token')
    expect(await isGood(bearer)).toBe(false)
    await expect(second.refresh()).rejects.toMatchObject({ data: { payload: { error: 'invalid_grant' } } })
    await expect(clientWith(`${secret}x`).getToken({})).rejects.toMatchObject({
      data: { payload: { error: 'invalid_client' } },
      output: { statusCode: 401 },
    })
  })
})

describe('@badgateway/oauth2-client', () => {
  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'discovers, exchanges, refreshes, introspects and revokes, by %s',
    async (authenticationMethod) => {
      const { id, secret } = await here.client()
      // The path at which RFC 8414 puts the document is the one it looks at.
      const client = new OAuth2Client({ server: here.url, clientId: id, clientSecret: secret, authenticationMethod })
      const first = await client.clientCredentials({ scope: ['projects:read'] })
      const second = await client.refreshToken(first)
      expect(second.refreshToken).not.toBe(first.refreshToken)
      expect(await client.introspect(second)).toMatchObject({ active: true, client_id: id })
      await client.revoke(second, 'refresh_token')
      expect(await client.introspect(second)).toEqual({ active: false })
      expect(await isGood(second.accessToken)).toBe(false)
    },
  )
})

const bearerOf = async (): Promise<{ id: string; jwt: string }> => {
  const { id, secret } = await here.client()
  const answer = await fetch(`${here.url}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token: jwt } = (await answer.json()) as { access_token: string }
  return { id, jwt }
}
const jwksUri = () => `${here.url}/.well-known/jwks.json`

describe('verifiers', () => {
  it('jose finds the key by its kid', async () => {
    const { id, jwt } = await bearerOf()
    const keys = createRemoteJWKSet(new URL(jwksUri()))
    const expected = { issuer: here.url, audience: here.url, typ: 'at+jwt', algorithms: ['ES256'] }
    expect((await jwtVerify(jwt, keys, expected)).payload.sub).toBe(id)
    await expect(jwtVerify(await here.accessToken(), keys, expected)).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    })
  })

  it('jsonwebtoken does, with jwks-rsa', async () => {
    const { id, jwt } = await bearerOf()
    const client = new JwksClient({ jwksUri: jwksUri(), cache: true })
    const key = await client.getSigningKey(jsonwebtoken.decode(jwt, { complete: true })?.header.kid)
    const expected = { issuer: here.url, audience: here.url, algorithms: ['ES256'] as jsonwebtoken.Algorithm[] }
    expect(jsonwebtoken.verify(jwt, key.getPublicKey(), expected)).toMatchObject({ sub: id, client_id: id })
    const forged = `${jwt.slice(0, -20)}${'A'.repeat(20)}`
    expect(() => jsonwebtoken.verify(forged, key.getPublicKey(), expected)).toThrow('invalid signature')
    await expect(client.getSigningKey('another')).rejects.toThrow('another')
  })

  it('passport-jwt does, with jwks-rsa', async () => {
    const { id, jwt } = await bearerOf()
    const options: StrategyOptionsWithoutRequest = {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({ jwksUri: jwksUri(), cache: true }),
      issuer: here.url,
      audience: here.url,
      algorithms: ['ES256'],
    }
    // As passport itself drives a strategy.
    const authenticate = (text: string) =>
      new Promise<unknown>((resolve, reject) => {
        const strategy = new Strategy(options, (payload, done) => done(null, payload as object))
        Object.assign(strategy, {
          success: resolve,
          fail: (why: unknown) => resolve(why),
          error: reject,
        })
        strategy.authenticate({ headers: { authorization: `Bearer ${text}` } } as never)
      })
    expect(await authenticate(jwt)).toMatchObject({ sub: id, type: 'userApiToken' })
    expect(await authenticate(`${jwt.slice(0, -20)}${'A'.repeat(20)}`)).toBeInstanceOf(Error)
  })
})
