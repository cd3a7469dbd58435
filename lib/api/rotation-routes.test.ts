import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiWorld, answerOf, apiWorld, CAME_FROM, ORIGIN_HERE } from '#db/contract/api-world.ts'
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
const OURS = { context: 'tenant', grant: { mode: 'permissions', permissions: ['projects:read'] } }

type Secret = Readonly<Record<string, string>>

const secretOf = ({ json }: { readonly json: Record<string, unknown> }): Secret => {
  const { token: _, ...secret } = json
  return secret as Secret
}

/** A token in the middle of a rotation, and both its secrets. */
const rotating = async (type: 'client_credentials' | 'access_token', who: PersonId = 'mia', change = {}) => {
  const { request } = await world.browserOf(who)
  const issued = await request('POST', TOKENS, { context: 'user', type, name: 'nightly', ...change })
  const { id } = issued.json.token as { id: string }
  const path = `${TOKENS}/${id}`
  world.advance(60)
  const rotated = await request('POST', `${path}/rotate`, { overlapSeconds: DAY_SECONDS })
  const step = (name: string, body: unknown = {}) => request('POST', `${path}/rotation/${name}`, body)
  const described = async () => (await request('GET', path)).json
  return { id, path, request, step, described, former: secretOf(issued), fresh: secretOf(rotated), rotated }
}

const use = async (secret: Secret, origin: { readonly address?: string; readonly agent?: string } = {}) => {
  const { accessToken } = secret
  if (accessToken !== undefined)
    return (await world.send('/api/v1/validate', { headers: { 'X-API-KEY': accessToken } }, origin)).status
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: secret['clientId'] ?? '',
    client_secret: secret['clientSecret'] ?? '',
  })
  return (await world.send('/oauth/token', { method: 'POST', body }, origin)).status
}

describe.each(['client_credentials', 'access_token'] as const)('a rotation of an %s', (type) => {
  it('lets both work, and shows which was seen when and from where', async () => {
    const { described, former, fresh, rotated } = await rotating(type)
    expect([await use(former, { address: '192.0.2.1', agent: 'old/1' }), await use(fresh)]).toEqual([200, 200])
    await world.portal.flushUsage()
    const { credentials, rotation } = await described()
    const [made, replaced] = credentials as readonly { readonly id: string }[]
    const used = (address: string, agent: string) => ({ at: toRfc3339(START + 60), address, agent })
    expect(credentials).toMatchObject([
      { state: 'current', lastUsed: used('192.0.2.7', 'curl/8'), endsAt: null },
      { state: 'former', lastUsed: used('192.0.2.1', 'old/1'), endsAt: toRfc3339(START + 60 + DAY_SECONDS) },
    ])
    expect((rotated.json.token as { hint: string }).hint).toBe((credentials as { hint: string }[])[0]?.hint)
    expect(rotation).toEqual({
      id: made?.id,
      rotatedAt: toRfc3339(START + 60),
      currentId: made?.id,
      formerId: replaced?.id,
      formerEndsAt: toRfc3339(START + 60 + DAY_SECONDS),
      extendableUntil: toRfc3339(START + 60 + 30 * DAY_SECONDS),
    })
  })

  it('finished: the former is refused from the next request on, and who uses it is told of, once a day', async () => {
    const { id, step, described, former, fresh } = await rotating(type)
    expect(await use(former)).toBe(200)
    const finished = await step('finish')
    expect(finished).toMatchObject({ status: 200, json: { id } })
    expect([await use(former), await use(fresh)]).toEqual([401, 200])
    for (let index = 0; index < 5; index += 1) await use(former, { address: '198.51.100.9', agent: 'cron' })
    await world.portal.flushUsage()
    const [, ended] = (await described())['credentials'] as readonly { readonly id: string }[]
    expect((await described())['retiredUse']).toEqual({
      credentialId: ended?.id,
      at: toRfc3339(START + 60),
      address: '192.0.2.7',
      agent: 'curl/8',
      endedAt: toRfc3339(START + 60),
    })
    const told = async () => (await auditOf(world.connection, 'acme')).filter((line) => line.includes('retired_used'))
    expect(await told()).toEqual([`credential.retired_used ${id}`])
    const { queries, schema } = world.connection
    const rows = await queries.select().from(schema.auditEvents)
    expect(rows.find((row) => row.type === 'credential.retired_used')?.requestId).toBe(CAME_FROM.requestId)
    world.advance(DAY_SECONDS)
    await use(former)
    await world.portal.flushUsage()
    expect(await told()).toHaveLength(2)
    expect((await described())['rotation']).toBeNull()
  })

  it('cancelled: the new one is refused, the former one lives on', async () => {
    const { step, described, former, fresh } = await rotating(type)
    expect((await step('cancel')).status).toBe(200)
    expect([await use(former), await use(fresh)]).toEqual([200, 401])
    world.advance(2 * DAY_SECONDS)
    expect(await use(former)).toBe(200)
    const { credentials, hint } = await described()
    expect(credentials).toMatchObject([{ state: 'ended' }, { state: 'current', hint }])
    expect(Object.values(former).some((text) => text.endsWith(String(hint)))).toBe(true)
  })

  it('extended: the former one works for as long as was said, and no second longer', async () => {
    const { step, former } = await rotating(type)
    expect((await step('extend', { overlapSeconds: 3 * DAY_SECONDS })).status).toBe(200)
    world.advance(3 * DAY_SECONDS - 1)
    expect(await use(former)).toBe(200)
    world.advance(1)
    expect(await use(former)).toBe(401)
  })

  it('gives it another end where one is asked for', async () => {
    const { path, request } = await rotating(type)
    const answer = await request('POST', `${path}/rotate`, { expiresIn: 3600 })
    expect(answer.json.token).toMatchObject({ expiresAt: toRfc3339(START + 60 + 3600) })
    expect(await use(secretOf(answer))).toBe(200)
    world.advance(3600)
    expect(await use(secretOf(answer))).toBe(401)
    expect((await request('POST', `${path}/rotate`, {})).json).toMatchObject({ code: 'token.not_active' })
  })
})

describe('a retired client secret', () => {
  it('is told of at introspection and revocation as well', async () => {
    const { id, step, former, fresh } = await rotating('client_credentials')
    await step('finish')
    for (const path of ['/oauth/introspect', '/oauth/revoke'])
      for (const [secret, status] of [
        [fresh, 200],
        [former, 401],
      ] as const) {
        const body = new URLSearchParams({
          token: 'nothing',
          client_id: secret['clientId'] ?? '',
          client_secret: secret['clientSecret'] ?? '',
        })
        expect((await world.send(path, { method: 'POST', body })).status).toBe(status)
        await world.portal.flushUsage()
      }
    const told = (await auditOf(world.connection, 'acme')).filter((line) => line.includes('retired_used'))
    expect(told).toEqual([`credential.retired_used ${id}`])
  })

  it('is one answer with a wrong one', async () => {
    const { step, former } = await rotating('client_credentials')
    await step('finish')
    const ask = async (secret: string) => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: former['clientId'] ?? '',
        client_secret: secret,
      })
      return answerOf(await world.send('/oauth/token', { method: 'POST', body }))
    }
    const [retired, wrong] = [await ask(former['clientSecret'] ?? ''), await ask('wrong')]
    expect([retired.status, retired.json]).toEqual([wrong.status, wrong.json])
  })
})

describe('POST …/rotation/…', () => {
  it.each([
    ['finish', {}],
    ['cancel', {}],
    ['extend', { overlapSeconds: 2 * DAY_SECONDS }],
  ])('409 for %s without a rotation, or for another one', async (name, body) => {
    const { step, request, path } = await rotating('access_token')
    const other = { ...body, rotationId: '11111111-1111-4111-8111-111111111111' }
    expect(await step(name, other)).toMatchObject({ status: 409, json: { code: 'token.no_rotation' } })
    await request('POST', `${path}/rotate`, { overlapSeconds: 0 })
    expect(await step(name, body)).toMatchObject({ status: 409, json: { code: 'token.no_rotation' } })
  })

  it.each([
    [{}, 'endsAt'],
    [{ overlapSeconds: 60, endsAt: '2027-03-01T00:00:00Z' }, 'endsAt'],
    [{ overlapSeconds: 31 * DAY_SECONDS }, 'endsAt'],
    [{ overlapSeconds: 0.5 }, 'overlapSeconds'],
    [{ endsAt: 'tomorrow' }, 'endsAt'],
    [{ endsAt: '2001-01-01T00:00:00Z' }, 'endsAt'],
    [{ overlapSeconds: 60, more: 1 }, 'request'],
  ])('422 beside the field for an extension of %j', async (body, field) => {
    const { step } = await rotating('access_token')
    const { status, json } = await step('extend', body)
    expect([status, json.code]).toEqual([422, 'request.invalid'])
    expect(Object.keys(json.fields as object)).toEqual([field])
  })

  it('extends to a moment as well', async () => {
    const { step, described } = await rotating('access_token')
    const endsAt = toRfc3339(START + 5 * DAY_SECONDS)
    expect((await step('extend', { endsAt })).status).toBe(200)
    expect((await described())['rotation']).toMatchObject({ formerEndsAt: endsAt })
  })

  it('404 for strangers, 403 for those too weak and, where time is given, without a fresh sign-in', async () => {
    const { path } = await rotating('access_token', 'olga', OURS)
    const ask = async (who: PersonId, name: string, secondsAgo = 0) => {
      const body = name === 'extend' ? { overlapSeconds: 2 * DAY_SECONDS } : {}
      return (await world.browserOf(who, secondsAgo)).request('POST', `${path}/rotation/${name}`, body)
    }
    for (const name of ['finish', 'extend', 'cancel']) {
      expect(await ask('gus', name)).toMatchObject({ status: 404 })
      expect(await ask('mia', name)).toMatchObject({ status: 404 })
      expect(await ask('adam', name)).toMatchObject({ status: 403, json: { code: 'access.too_strong' } })
    }
    const old = FRESH_SIGN_IN_SECONDS + FORM_GRACE_SECONDS + 1
    expect(await ask('olga', 'extend', old)).toMatchObject({ status: 403, json: { code: 'session.stale' } })
    expect(await ask('olga', 'finish', old)).toMatchObject({ status: 200 })
  })

  it('answers nobody without a session, and no other site', async () => {
    const { path } = await rotating('access_token')
    const here = { 'Content-Type': 'application/json', Origin: ORIGIN_HERE }
    const init = { method: 'POST', headers: here, body: '{}' }
    expect((await world.send(`${path}/rotation/finish`, init)).status).toBe(401)
    const cookie = await world.cookieOf('mia')
    const headers = { ...here, Cookie: cookie, Origin: 'https://elsewhere.example' }
    expect((await world.send(`${path}/rotation/finish`, { ...init, headers })).status).toBe(403)
  })

  it('is in the document', async () => {
    const { json } = await answerOf(await world.send('/api/v1/openapi.json'))
    const paths = Object.keys(json['paths'] as object)
    for (const name of ['finish', 'extend', 'cancel'])
      expect(paths).toContain(`/api/v1/tenants/{tenantId}/tokens/{id}/rotation/${name}`)
  })
})

describe('POST …/rotate, again', () => {
  it('409 for a repeated Idempotency-Key, and no second secret', async () => {
    const { path, request, described } = await rotating('client_credentials')
    const key = { 'Idempotency-Key': 'form-2' }
    const first = await request('POST', `${path}/rotate`, {}, key)
    const second = await request('POST', `${path}/rotate`, {}, key)
    expect([first.status, second.status, second.json.code]).toEqual([200, 409, 'token.already_issued'])
    expect((await described())['credentials']).toHaveLength(3)
    expect(await use(secretOf(first))).toBe(200)
  })
})
