import { describe, expect, it } from 'vitest'
import { allowedMethods } from '#lib/api/allowed-methods.ts'
import { editBody, issueBody, toIssueRequest, withBodyNames } from '#lib/api/token-bodies.ts'
import { describedTokenJson, issuedTokenJson, issuedTokenSchema, tokenJson, tokenSchema } from '#lib/api/token-json.ts'
import { validationBody, validationHeaders } from '#lib/api/validation-answer.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { NOW, standingWith } from '#lib/verdict/standing.fixture.ts'

const token = standingWith().token
const body = { context: 'user', type: 'access_token', name: 'CI' }

describe('a token in words', () => {
  it('keeps the promise of its schema, in every state', () => {
    const by = { at: NOW, by: 'ada', level: 5, reason: 'by_hand' as const }
    for (const given of [token, { ...token, expiresAt: null }, { ...token, paused: by }, { ...token, revoked: by }])
      expect(tokenSchema.strict().parse(tokenJson(given, NOW))).toEqual(tokenJson(given, NOW))
  })

  it('says moments in RFC 3339, and never whose level it was', () => {
    const told = tokenJson({ ...token, paused: { at: NOW, by: 'ada', level: 5, reason: 'leak' } }, NOW)
    expect(told.createdAt).toBe('2027-01-15T07:43:20Z')
    expect(told.paused).toEqual({ at: '2027-01-15T08:00:00Z', by: 'ada', reason: 'leak' })
    expect(JSON.stringify(told)).not.toMatch(/level|version/)
  })

  it.each([
    [{ mode: 'owner' } as const],
    [{ mode: 'permissions', permissions: ['a:b'] } as const],
    [{ mode: 'roles', roles: ['member'] } as const],
  ])('tells its grant: %j', (grant) => {
    expect(tokenJson({ ...token, grant }, NOW).grant).toEqual(grant)
  })

  it('tells nothing of a credential but that it is there', () => {
    const credential = { id: 'c1', kind: 'client_secret', createdAt: NOW, endsAt: null } as const
    const described = {
      token,
      effective: new Set(['a:b']),
      missing: new Map([['c:d', 'owner']]),
      lastUse: undefined,
      use: [],
      permissionUse: [],
      credentials: [{ ...credential, digest: 'DIGEST', secretId: 'SECRET-ID', kid: 'KID' }],
    } as unknown as Parameters<typeof describedTokenJson>[0]
    const told = describedTokenJson(described, NOW)
    expect(told).toMatchObject({ permissions: ['a:b'], missing: { 'c:d': 'owner' }, lastUse: null })
    expect(JSON.stringify(told)).not.toMatch(/DIGEST|SECRET-ID|KID/)
  })

  it('with its secret is one of two answers', () => {
    const access = issuedTokenJson({ token, secret: { type: 'access_token', accessToken: 'JWT' } }, NOW)
    const client = { type: 'client_credentials', clientId: 'token-1', clientSecret: 'lks_x' } as const
    expect(access).toEqual({ token: tokenJson(token, NOW), accessToken: 'JWT' })
    expect(issuedTokenJson({ token, secret: client }, NOW)).toEqual({
      token: tokenJson(token, NOW),
      clientId: 'token-1',
      clientSecret: 'lks_x',
    })
    expect(issuedTokenSchema.safeParse(access).success).toBe(true)
  })
})

describe('a body that asks for a token', () => {
  const request = (change: object = {}) => toIssueRequest(issueBody.parse({ ...body, ...change }), undefined)

  it.each<readonly [object, object]>([
    [{}, { kind: 'after', seconds: 7_776_000 }],
    [{ expiresIn: 60 }, { kind: 'after', seconds: 60 }],
    [{ never: true }, { kind: 'never' }],
    [{ expiresAt: '2027-01-15T08:00:00Z' }, { kind: 'at', numericDate: NOW }],
    [{ expiresAt: '2027-01-15T09:00:00.999+01:00' }, { kind: 'at', numericDate: NOW }],
  ])('with %j ends accordingly', (change, expiry) => {
    expect(request(change).expiry).toEqual(expiry)
  })

  it.each<object>([
    { expiresIn: 60, never: true },
    { expiresIn: 60, expiresAt: '2027-01-15T08:00:00Z' },
    { never: false },
    { expiresIn: 1.5 },
    { expiresIn: '60' },
    { expiresAt: '2027-01-15' },
    { expiresAt: '2027-01-15T08:00:00' },
    { expiresAt: '2027-02-30T08:00:00Z' },
    { name: undefined },
    { context: 'tenant' },
    { context: 'environment' },
    { grant: { mode: 'owner', permissions: ['a:b'] } },
    { grant: { mode: 'permissions' } },
    { ownerUserId: 'somebody else' },
    { tenantId: 'globex' },
    { id: 'chosen' },
  ])('with %j is refused at the door', (change) => {
    expect(issueBody.safeParse({ ...body, ...change }).success).toBe(false)
  })

  it('of a person follows its owner unless it says otherwise; of the account it has to say', () => {
    expect(request().grant).toEqual({ mode: 'owner' })
    const grant = { mode: 'permissions', permissions: ['a:b'] }
    expect(request({ context: 'tenant', grant }).grant).toEqual(grant)
  })

  it('that edits changes no owner, no type, no expiry', () => {
    expect(editBody.safeParse({ name: 'x' }).success).toBe(true)
    for (const change of [{ context: 'tenant' }, { type: 'access_token' }, { expiresIn: 60 }, { ownerUserId: 'x' }])
      expect(editBody.safeParse(change).success).toBe(false)
  })
})

describe('the fields of a refusal', () => {
  const fieldsOf = (...names: string[]) =>
    withBodyNames(
      Promise.reject(
        new PortalError('request.invalid', {
          fields: Object.fromEntries(names.map((name) => [name, ['Wrong.']])),
          detail: 'It is wrong.',
          internal: 'kept',
          subject: 'token-1',
          retryAfterSeconds: 5,
        }),
      ),
    )

  it.each([
    ['expiry.seconds', 'expiresIn'],
    ['expiry.numericDate', 'expiresAt'],
    ['expiry', 'expiresAt'],
    ['name', 'name'],
    ['grant.permissions.0', 'grant.permissions.0'],
  ])('%s is %s in the body', async (name, told) => {
    await expect(fieldsOf(name)).rejects.toMatchObject({ fields: { [told]: ['Wrong.'] } })
  })

  it('are all that changes of it', async () => {
    await expect(fieldsOf('name')).rejects.toMatchObject({
      code: 'request.invalid',
      detail: 'It is wrong.',
      internal: 'kept',
      subject: 'token-1',
      retryAfterSeconds: 5,
    })
    const other = new Error('no refusal of ours')
    await expect(withBodyNames(Promise.reject(other))).rejects.toBe(other)
    await expect(withBodyNames(Promise.resolve(5))).resolves.toBe(5)
  })
})

describe('a validation', () => {
  const validation = {
    token: { id: 'token-1', context: 'tenant', type: 'access_token', name: 'CI', expiresAt: null },
    tenant: { id: 'acme', name: 'Acme' },
    audience: 'https://api.example',
    roles: [],
    permissions: ['a:b'],
    metadata: { team: 'x' },
  } as const
  const user = { id: 'ada', email: 'ada@example.com', name: 'Ada' }

  it('is told in JSON, without a user where there is none', () => {
    expect(JSON.parse(validationBody({ validation }))).toEqual({ active: true, ...validation })
    const personal = { ...validation, user, token: { ...validation.token, expiresAt: NOW } }
    expect(JSON.parse(validationBody({ validation: personal }))).toMatchObject({
      user,
      token: { expiresAt: '2027-01-15T08:00:00Z' },
    })
  })

  it('hands a gateway who it is: the user of a personal token, else the token', () => {
    expect(validationHeaders(validation, ['a:b', 'c:d'])).toMatchObject({
      'Cache-Control': 'no-store',
      'X-Auth-Subject': 'token-1',
      'X-Auth-Tenant': 'acme',
      'X-Auth-Permissions': 'a:b c:d',
    })
    expect(validationHeaders({ ...validation, user }, [])).toMatchObject({
      'X-Auth-Subject': 'ada',
      'X-Auth-Token-Id': 'token-1',
      'X-Auth-Permissions': '',
    })
  })
})

describe('the methods that work at a path', () => {
  const methodsAt = allowedMethods([
    { method: 'ALL', path: '/*' },
    { method: 'GET', path: '/api/v1/tenants/:tenantId/tokens' },
    { method: 'POST', path: '/api/v1/tenants/:tenantId/tokens' },
    { method: 'GET', path: '/api/v1/tenants/:tenantId/tokens/:id' },
    { method: 'GET', path: '/.well-known/jwks.json' },
    { method: 'GET', path: '/.well-known/jwks.json' },
  ])

  it.each<readonly [string, readonly string[]]>([
    ['/api/v1/tenants/acme/tokens', ['GET', 'POST']],
    ['/api/v1/tenants/acme/tokens/t1', ['GET']],
    ['/api/v1/tenants/acme/tokens/t1/pause', []],
    ['/api/v1/tenants//tokens', []],
    ['/api/v1/tenants/acme/tokens/', []],
    ['/.well-known/jwks.json', ['GET']],
    ['/.well-known/jwksxjson', []],
    ['/elsewhere', []],
  ])('%s are %j', (path, methods) => {
    expect(methodsAt(path)).toEqual(methods)
  })
})
