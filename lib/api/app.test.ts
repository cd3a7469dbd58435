import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { type ApiPorts, createApi } from '#lib/api/app.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { newLimitNotes } from '#lib/policy/limit-requests.ts'
import type { ValidationRequest } from '#lib/verdict/validate.ts'
import type { Validation } from '#lib/verdict/validation.ts'

const VALIDATION: Validation = {
  token: { id: 'token-1', context: 'user', type: 'access_token', name: 'CI', expiresAt: 1_800_000_000 },
  tenant: { id: 'acme', name: 'Acme' },
  user: { id: 'ada', email: 'ada@acme.example', name: 'Ada' },
  audience: 'https://api.example',
  roles: ['member'],
  permissions: ['projects:read', 'projects:write'],
  metadata: { team: 'data' },
}

let world: ApiWorld
beforeAll(async () => {
  world = await apiWorld()
})
afterAll(() => world.remove())

/** The app over a verdict that is given, with what it was asked and what it logged. */
const appWith = (validate: ApiPorts['validate'] = async () => ({ validation: VALIDATION })) => {
  const asked: ValidationRequest[] = []
  const logged: string[] = []
  const app = createApi({
    ...world.ports,
    log: { error: (text, _thrown, about) => logged.push(`${text} (${about?.requestId})`) },
    validate: (request) => {
      asked.push(request)
      return validate(request)
    },
  })
  const origin = { requestId: 'req-1', address: '192.0.2.7', agent: 'curl/8' }
  const send = (path: string, init: RequestInit = {}) =>
    app.request(path, { headers: { 'X-API-KEY': 'a.b.c' }, ...init }, { origin })
  return { asked, logged, send }
}

describe('GET and POST /api/v1/validate', () => {
  it.each(['GET', 'POST'])('%s answers what the credential stands for, to programs and to gateways', async (method) => {
    const { asked, send } = appWith()
    const response = await send('/api/v1/validate?permission=projects:read&permission=projects:write', { method })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      active: true,
      ...VALIDATION,
      token: { ...VALIDATION.token, expiresAt: '2027-01-15T08:00:00Z' },
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'x-request-id': 'req-1',
      'x-auth-subject': 'ada',
      'x-auth-tenant': 'acme',
      'x-auth-token-id': 'token-1',
      'x-auth-audience': 'https://api.example',
      'x-auth-permissions': 'projects:read projects:write',
    })
    expect(asked).toEqual([
      {
        presented: { header: 'x-api-key', text: 'a.b.c' },
        permissions: ['projects:read', 'projects:write'],
        audience: undefined,
        address: '192.0.2.7',
        agent: 'curl/8',
        requestId: 'req-1',
        limitNotes: newLimitNotes(),
      },
    ])
  })

  it('names the token as the subject where no person stands behind it', async () => {
    const { user: _, ...ofTenant } = VALIDATION
    const response = await appWith(async () => ({ validation: ofTenant })).send('/api/v1/validate')
    expect(response.headers.get('x-auth-subject')).toBe('token-1')
  })

  it.each([
    '/api/v1/validate?permission=nonsense',
    '/api/v1/validate?permission=',
    `/api/v1/validate?${'permission=a:b&'.repeat(51)}`,
    '/api/v1/validate?audience=a&audience=b',
  ])('400 for a malformed requirement: %.60s', async (path) => {
    const response = await appWith().send(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'request.malformed' })
  })

  it('405 for another method, with those that work', async () => {
    const response = await appWith().send('/api/v1/validate', { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, POST')
  })
})

describe('/api/v1/validate/*, for gateways', () => {
  it('takes any method and believes the proxy alone: path and query are the client’s', async () => {
    const { asked, send } = appWith()
    const headers = {
      Authorization: 'Bearer a.b.c',
      'X-Latchkey-Permission': 'projects:read, projects:write',
      'X-Latchkey-Audience': 'https://api.example',
    }
    const response = await send('/api/v1/validate/orders/1?permission=nonsense', { method: 'PUT', headers })
    expect(response.status).toBe(200)
    expect(asked[0]).toMatchObject({
      presented: { header: 'authorization', text: 'a.b.c' },
      permissions: ['projects:read', 'projects:write'],
      audience: 'https://api.example',
    })
  })
})

describe('a refusal', () => {
  it('is a problem document with a challenge that says why', async () => {
    const { send } = appWith(async () => {
      throw new PortalError('token.revoked')
    })
    const response = await send('/api/v1/me')
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="latchkey", error="invalid_token", error_description="The token was revoked."',
    )
    expect(await response.json()).toMatchObject({
      type: 'https://id.example/errors/token.revoked',
      status: 401,
      code: 'token.revoked',
      requestId: 'req-1',
    })
  })

  it('of a missing permission is a 403 that names it', async () => {
    const { send } = appWith(async () => {
      throw new PortalError('token.permission', { detail: 'The token does not hold a:b.' })
    })
    const response = await send('/api/v1/validate?permission=a:b')
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
  })

  it('of no credential challenges without an error (RFC 6750 §3.1)', async () => {
    const response = await appWith().send('/api/v1/validate', { headers: {} })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="latchkey", DPoP realm="latchkey", algs="ES256 ES384 ES512 EdDSA Ed25519 PS256 RS256"',
    )
  })

  it('nobody expected is logged under its request id, and tells nothing', async () => {
    const { logged, send } = appWith(async () => {
      throw new Error('the secret of the database')
    })
    const response = await send('/api/v1/validate')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(logged).toEqual(['the request failed: (req-1)'])
  })

  it('for want of the store is a 503, never an answer', async () => {
    const { send } = appWith(async () => {
      throw new PortalError('store.unavailable', { internal: 'SQLITE_IOERR', retryAfterSeconds: 1 })
    })
    const response = await send('/api/v1/validate')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.text()).not.toContain('SQLITE')
  })

  it('of an unknown path is a 404 problem', async () => {
    const response = await appWith().send('/api/v1/nothing')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'resource.not_found' })
  })
})

describe('/api/v1/openapi.json', () => {
  it('documents every route by its schema', async () => {
    const document = (await (await appWith().send('/api/v1/openapi.json')).json()) as { paths: Record<string, unknown> }
    expect(document).toMatchObject({ openapi: '3.1.0' })
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/v1/validate', '/api/v1/me']))
  })
})
