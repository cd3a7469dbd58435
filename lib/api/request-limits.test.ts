import { afterEach, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { formMessage } from '#db/contract/oauth-world.ts'
import { type PersonId, personal } from '#db/contract/token-fixture.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import { answerTokenRequest } from '#lib/oauth/answer-token-request.ts'
import { createRequestLimits, newLimitNotes } from '#lib/policy/limit-requests.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

let world: ApiWorld
afterEach(() => world.remove())

const TENANT = 'LATCHKEY_TENANT_REQUESTS_PER_MINUTE'
const ADDRESS = 'LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE'

type Client = Awaited<ReturnType<ApiWorld['client']>>
type Form = Readonly<Record<string, string>>

const issue = async (asked: Partial<IssueRequest> = {}, who: PersonId = 'mia') => {
  const { token, secret } = await world.tokens.issue(await world.as(who), personal(asked))
  return { token, text: secret.type === 'access_token' ? secret.accessToken : '' }
}

const ask = (path: string, text: string, address?: string) =>
  world.send(path, { headers: { 'X-API-KEY': text } }, address === undefined ? {} : { address })

const post = (path: string, form: Form) => world.send(path, { method: 'POST', body: new URLSearchParams(form) })

const limitsOf = ({ status, headers }: Response) => [
  status,
  headers.get('RateLimit-Policy'),
  headers.get('RateLimit'),
  headers.get('Retry-After'),
]

const NO_LIMITS = [null, null, null]

describe('without any limit', () => {
  it('nothing is told, and nothing is refused', async () => {
    world = await apiWorld()
    const { text } = await issue()
    const client = await world.client()
    for (let round = 0; round < 20; round += 1)
      expect(limitsOf(await ask('/api/v1/validate', text))).toEqual([200, ...NO_LIMITS])
    expect(limitsOf(await post('/oauth/token', client.credentials()))).toEqual([200, ...NO_LIMITS])
    expect(limitsOf(await ask('/api/v1/validate', 'nonsense'))).toEqual([401, ...NO_LIMITS])
  })
})

describe('the limit of an account', () => {
  const doors: readonly [string, (text: string, client: Client) => Promise<Response>][] = [
    ['validate', (text) => ask('/api/v1/validate', text)],
    ['validate for gateways', (text) => ask('/api/v1/validate/orders/7', text)],
    ['me', (text) => ask('/api/v1/me', text)],
    ['token', (_, client) => post('/oauth/token', client.credentials())],
    ['introspect', (text, client) => post('/oauth/introspect', client.about(text))],
    ['revoke', (text, client) => post('/oauth/revoke', client.about(text))],
  ]

  it.each(doors)('is told and kept by %s', async (door, send) => {
    world = await apiWorld({ [TENANT]: '2' })
    const { text } = await issue()
    const client = await world.client()
    const policy = '"tenant";q=2;w=60'
    expect(limitsOf(await send(text, client))).toEqual([200, policy, '"tenant";r=1;t=61', null])
    world.advance(20)
    expect(limitsOf(await send(text, client))).toEqual([200, policy, '"tenant";r=0;t=41', null])
    world.advance(1)
    const refused = await send(text, client)
    expect(limitsOf(refused)).toEqual([429, policy, '"tenant";r=0;t=40', '40'])
    const told = 'All tokens of this account together may send 2 requests a minute.'
    expect(await refused.json()).toMatchObject(
      ['token', 'introspect', 'revoke'].includes(door)
        ? { error: 'temporarily_unavailable', error_description: told }
        : { code: 'request.rate_limited', status: 429, detail: told },
    )
    world.advance(40)
    expect(limitsOf(await send(text, client))).toEqual([200, policy, '"tenant";r=0;t=20', null])
  })

  it('is one for all its tokens, whatever they ask, and none of another account’s', async () => {
    world = await apiWorld({ [TENANT]: '2' })
    const client = await world.client()
    expect((await ask('/api/v1/validate', (await issue()).text)).status).toBe(200)
    expect((await post('/oauth/token', client.credentials())).status).toBe(200)
    expect((await ask('/api/v1/me', (await issue()).text)).status).toBe(429)
    expect((await ask('/api/v1/me', (await issue({}, 'gus')).text)).status).toBe(200)
  })

  it('is not used by what is refused anyway, nor by what only claims to be of it', async () => {
    world = await apiWorld({ [TENANT]: '1' })
    const { text, token } = await issue()
    const client = await world.client()
    const gone = await issue()
    const goneClient = await world.client()
    for (const { id } of [gone.token, goneClient.token]) await world.tokens.revoke(await world.as('mia'), id)
    const forged = `${text.slice(0, -8)}${text.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`
    expect(limitsOf(await ask('/api/v1/validate', forged))).toEqual([401, ...NO_LIMITS])
    expect(limitsOf(await ask('/api/v1/validate', gone.text))).toEqual([401, ...NO_LIMITS])
    expect(limitsOf(await ask('/api/v1/validate?permission=projects:delete', text))).toEqual([403, ...NO_LIMITS])
    for (const form of [client.credentials({ client_secret: 'wrong' }), goneClient.credentials()])
      expect(limitsOf(await post('/oauth/token', form))).toEqual([401, ...NO_LIMITS])
    expect(limitsOf(await ask('/api/v1/validate', text))).toEqual([200, '"tenant";q=1;w=60', '"tenant";r=0;t=61', null])
    await world.tokens.revoke(await world.as('mia'), token.id)
    expect((await ask('/api/v1/validate', text)).status).toBe(401)
  })

  it('counts what it refuses as refused use', async () => {
    world = await apiWorld({ [TENANT]: '1' })
    const { text, token } = await issue()
    const client = await world.client()
    for (let round = 0; round < 3; round += 1) await ask('/api/v1/validate', text)
    await post('/oauth/token', client.credentials())
    await world.portal.flushUsage()
    const useOf = async (id: string) => (await world.tokens.describe(await world.as('mia'), id)).use
    expect(await useOf(token.id)).toMatchObject([{ accepted: 1, refused: 2 }])
    expect(await useOf(client.token.id)).toMatchObject([{ accepted: 0, refused: 1 }])
    expect(world.portal.refusals.counts().get('validation request.rate_limited')).toBe(2)
  })

  it('counts a request once, however often it is decided on again', async () => {
    world = await apiWorld()
    const client = await world.client()
    const { oauthPorts, oauthStore, clock } = world
    const requestLimits = createRequestLimits({ tenant: 1, address: undefined }, { seconds: clock.now })
    let stale = 2
    const startFamily: typeof oauthStore.startFamily = async (...asked) => {
      stale -= 1
      if (stale >= 0) throw new StaleDecision('a moment')
      return oauthStore.startFamily(...asked)
    }
    const answer = answerTokenRequest({ ...oauthPorts, requestLimits, oauthStore: { ...oauthStore, startFamily } })
    const asker = () => ({ requestId: 'r', address: undefined, agent: undefined, limitNotes: newLimitNotes() })
    await expect(answer(formMessage(client.credentials()), asker())).resolves.toBeDefined()
    expect(stale).toBe(-1)
    await expect(answer(formMessage(client.credentials()), asker())).rejects.toMatchObject({
      code: 'request.rate_limited',
      retryAfterSeconds: 61,
    })
  })
})

describe('the limit of a token', () => {
  const POLICY = '"token";q=2;w=60'

  it('is told and kept wherever it is used, and is one for all it was exchanged for', async () => {
    world = await apiWorld()
    const client = await world.client('mia', { requestsPerMinute: 4 })
    const exchanged = await post('/oauth/token', client.credentials())
    expect(limitsOf(exchanged)).toEqual([200, '"token";q=4;w=60', '"token";r=3;t=61', null])
    const { access_token: jwt } = (await exchanged.json()) as { access_token: string }
    const headers = { Authorization: `Bearer ${jwt}` }
    expect(limitsOf(await world.send('/api/v1/validate/x', { headers }))[2]).toBe('"token";r=2;t=61')
    expect(limitsOf(await post('/oauth/introspect', client.about(jwt)))[2]).toBe('"token";r=1;t=61')
    expect(limitsOf(await post('/oauth/revoke', client.about('nothing')))[2]).toBe('"token";r=0;t=61')
    const refused = await world.send('/api/v1/me', { headers })
    expect(limitsOf(refused)).toEqual([429, '"token";q=4;w=60', '"token";r=0;t=61', '61'])
    expect(await refused.json()).toMatchObject({ detail: 'This token may send 4 requests a minute.' })
    expect((await post('/oauth/token', client.credentials())).status).toBe(429)
  })

  it('is no other token’s', async () => {
    world = await apiWorld()
    const [limited, other] = [await issue({ requestsPerMinute: 1 }), await issue()]
    const alike = await issue({ requestsPerMinute: 1 })
    expect((await ask('/api/v1/validate', limited.text)).status).toBe(200)
    expect((await ask('/api/v1/validate', limited.text)).status).toBe(429)
    expect((await ask('/api/v1/validate', alike.text)).status).toBe(200)
    expect(limitsOf(await ask('/api/v1/validate', other.text))).toEqual([200, ...NO_LIMITS])
  })

  it('counts as edited from the next request on, in a rotation for both credentials', async () => {
    world = await apiWorld()
    const mia = await world.as('mia')
    const { text, token } = await issue({ requestsPerMinute: 1 })
    const edit = (requestsPerMinute: number | null) => world.tokens.edit(mia, token.id, { requestsPerMinute })
    await ask('/api/v1/validate', text)
    expect((await ask('/api/v1/validate', text)).status).toBe(429)
    await edit(2)
    expect(limitsOf(await ask('/api/v1/validate', text))).toEqual([200, POLICY, '"token";r=0;t=61', null])
    const { secret } = await world.tokens.rotate(mia, token.id)
    const successor = secret.type === 'access_token' ? secret.accessToken : ''
    expect((await ask('/api/v1/validate', successor)).status).toBe(429)
    await edit(null)
    for (const each of [text, successor])
      expect(limitsOf(await ask('/api/v1/validate', each))).toEqual([200, ...NO_LIMITS])
    await edit(1)
    expect((await ask('/api/v1/validate', text)).status).toBe(429)
  })

  it('takes nothing from its account where it refuses, and the other way round', async () => {
    world = await apiWorld({ [TENANT]: '3' })
    const [limited, other] = [await issue({ requestsPerMinute: 2 }), await issue()]
    const both = ['"token";q=2;w=60, "tenant";q=3;w=60', '"token";r=1;t=61, "tenant";r=2;t=61', null]
    expect(limitsOf(await ask('/api/v1/validate', limited.text))).toEqual([200, ...both])
    await ask('/api/v1/validate', limited.text)
    expect(limitsOf(await ask('/api/v1/validate', limited.text))).toEqual([429, POLICY, '"token";r=0;t=61', '61'])
    expect((await ask('/api/v1/validate', other.text)).status).toBe(200)
    expect(limitsOf(await ask('/api/v1/validate', other.text))[1]).toBe('"tenant";q=3;w=60')
  })
})

describe('the limit of an address', () => {
  const POLICY = '"address";q=2;w=60'

  it('is kept before anything of a request is read', async () => {
    world = await apiWorld({ [ADDRESS]: '2' })
    const { text } = await issue()
    const wrong = { grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' }
    expect(limitsOf(await ask('/api/v1/validate', 'nonsense'))).toEqual([401, POLICY, '"address";r=1;t=61', null])
    expect(limitsOf(await post('/oauth/token', wrong))).toEqual([401, POLICY, '"address";r=0;t=61', null])
    for (const refused of [
      await world.send('/api/v1/validate'),
      await ask('/api/v1/validate', text),
      await ask('/api/v1/validate/', text),
      await ask('/api/v1/me', text),
      await post('/oauth/token', wrong),
      await post('/oauth/introspect', wrong),
      await post('/oauth/revoke', wrong),
    ])
      expect(limitsOf(refused)).toEqual([429, POLICY, '"address";r=0;t=61', '61'])
    expect((await ask('/api/v1/validate', text, '192.0.2.8')).status).toBe(200)
    expect((await world.send('/.well-known/jwks.json')).status).toBe(200)
  })

  it('is one for a network of IPv6, and one for all whose address nobody says', async () => {
    world = await apiWorld({ [ADDRESS]: '1' })
    const { text } = await issue()
    const from = async (address: string) => (await ask('/api/v1/validate', text, address)).status
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:0:1::1')]).toEqual([
      200, 429, 200,
    ])
    const unknown = async () => (await world.app.request('/api/v1/validate', { headers: { 'X-API-KEY': text } })).status
    expect([await unknown(), await unknown()]).toEqual([200, 429])
  })

  it('stands beside that of the account; of both the one that refuses is told', async () => {
    world = await apiWorld({ [ADDRESS]: '3', [TENANT]: '1' })
    const { text } = await issue()
    expect(limitsOf(await ask('/api/v1/validate', text))).toEqual([
      200,
      '"tenant";q=1;w=60, "address";q=3;w=60',
      '"tenant";r=0;t=61, "address";r=2;t=61',
      null,
    ])
    expect(limitsOf(await ask('/api/v1/validate', text))).toEqual([429, '"tenant";q=1;w=60', '"tenant";r=0;t=61', '61'])
    await ask('/api/v1/validate', text)
    expect(limitsOf(await ask('/api/v1/validate', text))).toEqual([
      429,
      '"address";q=3;w=60',
      '"address";r=0;t=61',
      '61',
    ])
  })
})
