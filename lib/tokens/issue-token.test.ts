import { decodeJwt, decodeProtectedHeader } from 'jose'
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
import { FORM_GRACE_SECONDS, FRESH_SIGN_IN_SECONDS } from '#lib/access/fresh-sign-in.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const issue = async (who: PersonId, request: IssueRequest) => world.tokens.issue(await world.as(who), request)
const tokenCount = async () => {
  const { connection } = world
  return (await connection.read(connection.queries.select().from(connection.schema.tokens))).length
}

describe('issuing', () => {
  it('answers an access token whose JWT says who and where, but not what it may do', async () => {
    const { token, secret } = await issue('mia', personal({ expiry: { kind: 'after', seconds: 90 * DAY_SECONDS } }))
    expect(token).toMatchObject({
      tenantId: 'acme',
      context: 'user',
      ownerUserId: 'mia',
      granter: { userId: 'mia', name: 'mia', level: 20 },
      createdAt: START,
      expiresAt: START + 90 * DAY_SECONDS,
      revoked: null,
      paused: null,
      version: 0,
    })
    if (secret.type !== 'access_token') throw new Error('asked for an access token')
    expect(decodeProtectedHeader(secret.accessToken)).toEqual({
      alg: 'ES256',
      kid: world.ports.keyRing.signing('access').kid,
      typ: 'latchkey-access+jwt',
    })
    const [credential] = await world.ports.tokenStore.credentials('acme', token.id)
    expect(decodeJwt(secret.accessToken)).toEqual({
      iss: 'https://id.example',
      aud: 'https://id.example',
      sub: token.id,
      iat: START,
      exp: token.expiresAt,
      jti: credential?.id,
      type: 'userAccessToken',
      tenantId: 'acme',
      userId: 'mia',
    })
    expect(secret.accessToken.length).toBeLessThanOrEqual(640)
    expect(token.hint).toBe(secret.accessToken.slice(-4))
  })

  it('leaves the end out of a JWT that has none, and the person out of one of the account', async () => {
    const { secret } = await issue('adam', account())
    if (secret.type !== 'access_token') throw new Error('asked for an access token')
    const claims = decodeJwt(secret.accessToken)
    expect(claims).toMatchObject({ type: 'tenantAccessToken', tenantId: 'acme' })
    expect(Object.keys(claims)).not.toContain('exp')
    expect(Object.keys(claims)).not.toContain('userId')
  })

  it.each([
    ['personal', 'mia', personal],
    ['account', 'adam', account],
  ] as const)('answers %s client credentials, of whose secret only a digest is kept', async (_, who, request) => {
    const { token, secret } = await issue(who, request({ type: 'client_credentials' }))
    if (secret.type !== 'client_credentials') throw new Error('asked for client credentials')
    expect(secret.clientId).toBe(token.id)
    expect(isSecretText('lks_', secret.clientSecret)).toBe(true)
    const [credential] = await world.ports.tokenStore.credentials('acme', token.id)
    const { digest, secretId } = credential ?? {}
    if (!digest || !secretId) throw new Error('client credentials have a digest')
    expect(world.ports.secretRing.matches('client-secret', secret.clientSecret, { digest, secretId })).toBe(true)
    expect(world.ports.secretRing.matches('client-secret', `${secret.clientSecret}x`, { digest, secretId })).toBe(false)
  })

  it('keeps what was issued, name and lists trimmed, sorted and canonical', async () => {
    const { token } = await issue(
      'adam',
      account({
        name: '  deploy  ',
        description: ' nightly ',
        grant: permissions('projects:write', 'projects:read', 'projects:write'),
        ipAllowlist: ['192.0.2.7/24', '192.0.2.0/24', '2001:DB8::1'],
        metadata: { team: 'core' },
      }),
    )
    expect(token).toMatchObject({
      name: 'deploy',
      description: 'nightly',
      grant: permissions('projects:read', 'projects:write'),
      ipAllowlist: ['192.0.2.0/24', '2001:db8::1/128'],
      metadata: { team: 'core' },
    })
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(token)
  })
})

describe('policy', () => {
  it.each([
    [{ personalTokens: false }, personal(), 'token.policy'],
    [{ neverExpires: false }, personal(), 'token.policy'],
    [{ lifetimeSecondsMax: DAY_SECONDS }, personal(), 'token.policy'],
    [
      { lifetimeSecondsMax: DAY_SECONDS },
      personal({ expiry: { kind: 'after', seconds: DAY_SECONDS + 1 } }),
      'token.policy',
    ],
    [{}, personal({ expiry: { kind: 'at', numericDate: START } }), 'request.invalid'],
  ])('%j refuses', async (policy, request, code) => {
    await world.rights.setPolicy(policy)
    await expect(issue('olga', request)).rejects.toMatchObject({ code })
    expect(await tokenCount()).toBe(0)
  })

  it('takes the longest lifetime allowed, and account tokens where personal ones are not', async () => {
    await world.rights.setPolicy({ lifetimeSecondsMax: DAY_SECONDS, personalTokens: false })
    const { token } = await issue('olga', account({ expiry: { kind: 'after', seconds: DAY_SECONDS } }))
    expect(token.expiresAt).toBe(START + DAY_SECONDS)
  })

  it.each(['tenant', 'environment'] as const)(
    'issues nothing while tokens are switched off in the %s',
    async (what) => {
      await world.rights.switchOff(what)
      for (const request of [personal(), account()])
        await expect(issue('olga', request)).rejects.toMatchObject({ code: 'token.switched_off' })
    },
  )
})

describe('a fresh sign-in', () => {
  const at = async (signedInAt: number, request: IssueRequest) =>
    world.tokens.issue(await world.as('adam', { signedInAt }), request)

  it('is asked for by account tokens, the time to fill the form added', async () => {
    const oldest = START - FRESH_SIGN_IN_SECONDS - FORM_GRACE_SECONDS
    await expect(at(oldest - 1, account())).rejects.toMatchObject({ code: 'session.stale' })
    await expect(at(oldest, account())).resolves.toBeDefined()
  })

  it('is not asked for by personal tokens', async () => {
    await expect(at(START - DAY_SECONDS, personal())).resolves.toBeDefined()
  })
})

describe('a repeated request', () => {
  it('makes nothing new and names the token of the first', async () => {
    const request = personal({ idempotencyKey: 'form-1' })
    const first = await issue('mia', request)
    world.advance(3600)
    await expect(issue('mia', { ...request, name: 'another name' })).rejects.toMatchObject({
      code: 'token.already_issued',
      subject: first.token.id,
    })
    expect(await tokenCount()).toBe(1)
  })

  it('is one of the same person in the same tenant', async () => {
    const request = personal({ idempotencyKey: 'form-1' })
    for (const who of ['mia', 'max', 'gus'] as const) await issue(who, request)
    expect(await tokenCount()).toBe(3)
  })

  it('is a double click: of two at once one has the secret', async () => {
    const request = personal({ idempotencyKey: 'form-1' })
    const answers = await Promise.allSettled([issue('mia', request), issue('mia', request)])
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await tokenCount()).toBe(1)
  })

  it('is told before the limit is, for its token is one of those that fill it', async () => {
    await world.rights.setPolicy({ tokensMax: 1 })
    const request = personal({ idempotencyKey: 'form-1' })
    await issue('mia', request)
    await expect(issue('mia', request)).rejects.toMatchObject({ code: 'token.already_issued' })
    await expect(issue('mia', personal())).rejects.toMatchObject({ code: 'token.limit' })
  })
})

describe('the limit', () => {
  it('counts what is active, for each person and for the account', async () => {
    await world.rights.setPolicy({ tokensMax: 2 })
    const first = await issue('adam', personal())
    await issue('adam', personal({ expiry: { kind: 'after', seconds: 60 } }))
    await expect(issue('adam', personal())).rejects.toMatchObject({ code: 'token.limit' })
    await issue('mia', personal())
    await issue('adam', account())
    world.advance(60)
    await issue('adam', personal())
    await expect(issue('adam', personal())).rejects.toMatchObject({ code: 'token.limit' })
    await world.tokens.revoke(await world.as('adam'), first.token.id)
    await issue('adam', personal())
    await issue('adam', account())
    await expect(issue('olga', account())).rejects.toMatchObject({ code: 'token.limit' })
  })
})
