import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { type PersonId, START } from '#db/contract/token-fixture.ts'
import { FORM_GRACE_SECONDS, FRESH_SIGN_IN_SECONDS } from '#lib/access/fresh-sign-in.ts'
import { DAY_SECONDS, toRfc3339 } from '#lib/time/duration.ts'

let world: ApiWorld
beforeEach(async () => {
  world = await apiWorld()
})
afterEach(() => world.remove())

const TOKENS = '/api/v1/tenants/acme/tokens'

const body = (change: Record<string, unknown> = {}) => ({
  context: 'user',
  type: 'access_token',
  name: 'nightly',
  ...change,
})

const ACCOUNT = { context: 'tenant', grant: { mode: 'permissions', permissions: ['projects:read'] } }

const issued = async (who: PersonId = 'mia', change = {}) => {
  const browser = await world.browserOf(who)
  const answer = await browser.request('POST', TOKENS, body(change))
  const { token, ...secret } = answer.json as { token: { id: string } } & Record<string, string>
  return { ...browser, answer, token, secret, path: `${TOKENS}/${token.id}` }
}

describe('POST …/tokens', () => {
  it('201 with the token and, once, its access token', async () => {
    const { answer, token, secret } = await issued()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`${ORIGIN_HERE}${TOKENS}/${token.id}`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.json.token).toEqual({
      id: token.id,
      context: 'user',
      type: 'access_token',
      name: 'nightly',
      description: '',
      state: 'active',
      hint: secret['accessToken']?.slice(-4),
      grant: { mode: 'owner' },
      ipAllowlist: [],
      metadata: {},
      refreshTokens: 'default',
      dpopRequired: false,
      requestsPerMinute: null,
      ownerUserId: 'mia',
      createdBy: { id: 'mia', name: 'mia' },
      createdAt: toRfc3339(START),
      expiresAt: toRfc3339(START + 90 * DAY_SECONDS),
      paused: null,
      revoked: null,
    })
    const validated = await world.send('/api/v1/validate', { headers: { 'X-API-KEY': secret['accessToken'] ?? '' } })
    expect(validated.status).toBe(200)
  })

  it('201 with client credentials that are good at the token endpoint', async () => {
    const { secret } = await issued('mia', { type: 'client_credentials' })
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: secret['clientId'] ?? '',
      client_secret: secret['clientSecret'] ?? '',
    })
    expect((await world.send('/oauth/token', { method: 'POST', body: form })).status).toBe(200)
  })

  it.each([
    [{ expiresIn: 3600 }, START + 3600],
    [{ expiresAt: '2027-03-01T00:00:00+01:00' }, 1_803_855_600],
    [{ never: true }, null],
  ])('takes an end in each wording: %j', async (expiry, expected) => {
    const { answer } = await issued('mia', expiry)
    expect(answer.json.token).toMatchObject({ expiresAt: expected === null ? null : toRfc3339(expected) })
  })

  it('takes everything a token may have', async () => {
    const all = {
      ...ACCOUNT,
      description: 'd',
      ipAllowlist: ['10.0.0.7/8'],
      metadata: { team: 'data' },
      requestsPerMinute: 600,
    }
    const { answer } = await issued('olga', all)
    expect(answer.json.token).toMatchObject({ ...all, ipAllowlist: ['10.0.0.0/8'], ownerUserId: null })
  })

  it('409 for a repeated Idempotency-Key, with the id and without a secret', async () => {
    const { request } = await world.browserOf('mia')
    const key = { 'Idempotency-Key': 'form-1' }
    const first = await request('POST', TOKENS, body(), key)
    const second = await request('POST', TOKENS, body(), key)
    expect([first.status, second.status]).toEqual([201, 409])
    expect(second.json).toMatchObject({
      code: 'token.already_issued',
      subject: (first.json.token as { id: string }).id,
    })
    expect(JSON.stringify(second.json)).not.toContain(first.json.accessToken)
  })

  it.each([
    [body({ name: '' }), 'name'],
    [body({ unknown: 1 }), 'request'],
    [body({ type: 'password' }), 'type'],
    [body({ grant: { mode: 'permissions', permissions: [], more: 1 } }), 'grant'],
    [body({ grant: { mode: 'permissions', permissions: [] } }), 'grant.permissions'],
    [body({ context: 'tenant' }), 'grant'],
    [body({ expiresIn: 0 }), 'expiresIn'],
    [body({ expiresIn: 60, never: true }), 'expiresAt'],
    [body({ expiresAt: 'tomorrow' }), 'expiresAt'],
    [body({ expiresAt: '2001-01-01T00:00:00Z' }), 'expiresAt'],
    [body({ never: false }), 'never'],
    [body({ ipAllowlist: ['10.0.0.0/99'] }), 'ipAllowlist.0'],
    [body({ requestsPerMinute: 0 }), 'requestsPerMinute'],
    [body({ requestsPerMinute: '60' }), 'requestsPerMinute'],
    [body({ metadata: { note: 'n'.repeat(2000) } }), 'metadata'],
    [[], 'request'],
    ['null', 'request'],
  ])('422 beside the field: %.80j', async (sent, field) => {
    const { request } = await world.browserOf('olga')
    const { status, json } = await request('POST', TOKENS, sent)
    expect(status).toBe(422)
    expect(json.code).toBe('request.invalid')
    expect(Object.keys(json.fields as object).some((name) => name.startsWith(field))).toBe(true)
  })

  it('422 for an Idempotency-Key nobody could mean', async () => {
    const { request } = await world.browserOf('mia')
    expect((await request('POST', TOKENS, body(), { 'Idempotency-Key': 'x'.repeat(300) })).status).toBe(422)
  })

  it('400 for a body that is no JSON', async () => {
    const { request } = await world.browserOf('mia')
    expect(await request('POST', TOKENS, '{"name":')).toMatchObject({
      status: 400,
      json: { code: 'request.malformed' },
    })
  })

  it('403 beyond what one holds, by policy, and without a fresh sign-in', async () => {
    const mia = await world.browserOf('mia')
    const beyond = body({ grant: { mode: 'permissions', permissions: ['projects:delete'] } })
    expect((await mia.request('POST', TOKENS, beyond)).json).toMatchObject({ code: 'access.exceeds_own' })
    expect((await mia.request('POST', TOKENS, body(ACCOUNT))).json).toMatchObject({ code: 'access.denied' })
    const stale = await world.browserOf('olga', FRESH_SIGN_IN_SECONDS + FORM_GRACE_SECONDS + 1)
    expect(await stale.request('POST', TOKENS, body(ACCOUNT))).toMatchObject({
      status: 403,
      json: { code: 'session.stale' },
    })
    await world.rights.setPolicy({ personalTokens: false })
    expect((await mia.request('POST', TOKENS, body())).json).toMatchObject({ code: 'token.policy' })
  })
})

describe('GET …/tokens', () => {
  it('lists one’s own, newest first, in pages', async () => {
    const { request } = await world.browserOf('mia')
    for (const name of ['one', 'two', 'three']) {
      await request('POST', TOKENS, body({ name }))
      world.advance(1)
    }
    const first = await request('GET', `${TOKENS}?limit=2`)
    const second = await request('GET', `${TOKENS}?limit=2&cursor=${String(first.json.nextCursor)}`)
    const names = [first, second].map(({ json }) => (json.tokens as { name: string }[]).map(({ name }) => name))
    expect(names).toEqual([['three', 'two'], ['one']])
    expect(second.json.nextCursor).toBeNull()
    expect((first.json.tokens as Record<string, unknown>[])[0]).toMatchObject({ lastUsedAt: null, ownerName: 'mia' })
  })

  it('filters by type, state and text', async () => {
    const { request, path } = await issued('mia', { name: 'one' })
    await request('POST', TOKENS, body({ name: 'two', type: 'client_credentials' }))
    await request('DELETE', path)
    const namesOf = async (query: string) =>
      ((await request('GET', `${TOKENS}?${query}`)).json.tokens as { name: string }[]).map(({ name }) => name)
    expect(await namesOf('')).toEqual(['two'])
    expect(await namesOf('state=revoked')).toEqual(['one'])
    expect(new Set(await namesOf('state=revoked&state=active'))).toEqual(new Set(['one', 'two']))
    expect(await namesOf('type=access_token')).toEqual([])
    expect(await namesOf('search=TW')).toEqual(['two'])
  })

  it.each(['limit=0', 'limit=201', 'limit=x', 'state=odd', 'unknown=1', 'context=both', 'limit=1&limit=2'])(
    '422 for %s',
    async (query) => {
      const { request } = await world.browserOf('mia')
      expect((await request('GET', `${TOKENS}?${query}`)).status).toBe(422)
    },
  )

  it('400 for a cursor that is not ours, 403 for the account’s tokens without the right', async () => {
    const { request } = await world.browserOf('mia')
    expect((await request('GET', `${TOKENS}?cursor=x`)).status).toBe(400)
    expect((await request('GET', `${TOKENS}?context=tenant`)).status).toBe(403)
  })
})

describe('one token', () => {
  it('GET describes it: what it may do now, credentials, use; never a secret', async () => {
    const { request, path, secret } = await issued('mia', {
      grant: { mode: 'permissions', permissions: ['projects:read', 'projects:write'] },
    })
    await world.rights.giveRoles('mia', ['read_only'])
    const { status, json } = await request('GET', path)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      permissions: ['projects:read'],
      missing: { 'projects:write': 'owner' },
      credentials: [{ kind: 'access_jwt', endsAt: null }],
      lastUse: null,
      use: [],
    })
    expect(JSON.stringify(json)).not.toContain(secret['accessToken'])
    expect(JSON.stringify(json)).not.toMatch(/digest|secretId/)
  })

  it('GET tells of its use once that is written', async () => {
    const { request, path, secret } = await issued()
    await world.send('/api/v1/validate', { headers: { 'X-API-KEY': secret['accessToken'] ?? '' } })
    await world.portal.flushUsage()
    expect((await request('GET', path)).json).toMatchObject({
      lastUse: { at: toRfc3339(START), address: '192.0.2.7', agent: 'curl/8' },
      use: [{ accepted: 1, refused: 0 }],
    })
  })

  it('PATCH changes what is named and leaves the rest', async () => {
    const { request, path } = await issued('mia', { description: 'before' })
    const { status, json } = await request('PATCH', path, { name: 'weekly' })
    expect([status, json.name, json.description]).toEqual([200, 'weekly', 'before'])
    expect((await request('PATCH', path, { type: 'client_credentials' })).status).toBe(422)
    expect((await request('PATCH', path, { grant: { mode: 'roles', roles: ['owner'] } })).status).toBe(403)
  })

  it('pause and resume', async () => {
    const { request, path } = await issued()
    expect((await request('POST', `${path}/pause`, { reason: 'holidays' })).json).toMatchObject({
      state: 'paused',
      paused: { at: toRfc3339(START), by: 'mia', reason: 'holidays' },
    })
    expect((await request('POST', `${path}/resume`, {})).json).toMatchObject({ state: 'active', paused: null })
  })

  it('rotate answers the new credential once, and the former ends', async () => {
    const { request, path, secret } = await issued()
    const { status, json } = await request('POST', `${path}/rotate`, { overlapSeconds: 0 }, { 'Idempotency-Key': 'r' })
    expect(status).toBe(200)
    const accepted = async (text: unknown) =>
      (await world.send('/api/v1/validate', { headers: { 'X-API-KEY': String(text) } })).status
    expect([await accepted(json.accessToken), await accepted(secret['accessToken'])]).toEqual([200, 401])
    const again = await request('POST', `${path}/rotate`, { overlapSeconds: 0 }, { 'Idempotency-Key': 'r' })
    expect(again).toMatchObject({ status: 409, json: { code: 'token.already_issued' } })
    expect((await request('POST', `${path}/rotate`, { overlapSeconds: -1 })).status).toBe(422)
  })

  it('DELETE revokes: 200 with the token, the same again, and 409 for a change after it', async () => {
    const { request, path, secret } = await issued()
    const first = await request('DELETE', path)
    expect(first).toMatchObject({ status: 200, json: { state: 'revoked', revoked: { by: 'mia', reason: 'by_hand' } } })
    expect((await request('DELETE', path)).json).toEqual(first.json)
    expect(await request('PATCH', path, { name: 'x' })).toMatchObject({
      status: 409,
      json: { code: 'token.not_active' },
    })
    const validated = await world.send('/api/v1/validate', { headers: { 'X-API-KEY': secret['accessToken'] ?? '' } })
    expect(validated.status).toBe(401)
    expect(await auditOf(world.connection, 'acme')).toContain(`token.revoked ${String(first.json.id)}`)
  })
})
