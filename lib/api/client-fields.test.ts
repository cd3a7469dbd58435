import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { ownKey } from '#db/contract/own-key-client.ts'

// What the management routes know of client credentials alone.

const TOKENS = '/api/v1/tenants/acme/tokens'

let world: ApiWorld
let browser: Awaited<ReturnType<ApiWorld['browserOf']>>
beforeAll(async () => {
  world = await apiWorld()
  browser = await world.browserOf('mia')
})
afterAll(() => world.remove())

const asked = (more: object = {}) => ({ context: 'user', type: 'client_credentials', name: 'signer', ...more })
const issue = (more: object = {}) => browser.request('POST', TOKENS, asked(more))

it('registers public keys: the answer has a client id, and no secret', async () => {
  const { publicJwk } = await ownKey()
  const { status, json } = await issue({ publicJwks: { keys: [publicJwk] }, refreshTokens: 'off', dpopRequired: true })
  expect(status).toBe(201)
  expect(Object.keys(json).sort()).toEqual(['clientId', 'token'])
  expect(json['token']).toMatchObject({ id: json['clientId'], refreshTokens: 'off', dpopRequired: true })
  const described = await browser.request('GET', `${TOKENS}/${String(json['clientId'])}`)
  expect(described.json['credentials']).toMatchObject([{ kind: 'public_jwks' }])
})

it('rotates by registering others, and says what is missing where there are none', async () => {
  const [former, next] = [await ownKey(), await ownKey()]
  const { json } = await issue({ publicJwks: former.publicJwk })
  const path = `${TOKENS}/${String(json['clientId'])}/rotate`
  expect(await browser.request('POST', path, {})).toMatchObject({
    status: 422,
    json: { fields: { publicJwks: ['This client has keys of its own: register the new ones.'] } },
  })
  const rotated = await browser.request('POST', path, { publicJwks: next.publicJwk, overlapSeconds: 60 })
  expect(rotated.status).toBe(200)
  expect(Object.keys(rotated.json).sort()).toEqual(['clientId', 'token'])
})

it('changes what only clients have', async () => {
  const { json } = await issue()
  const path = `${TOKENS}/${String(json['clientId'])}`
  const edited = await browser.request('PATCH', path, { refreshTokens: 'on', dpopRequired: true })
  expect(edited.json).toMatchObject({ refreshTokens: 'on', dpopRequired: true, name: 'signer' })
  expect((await browser.request('PATCH', path, { name: 'x' })).json).toMatchObject({ refreshTokens: 'on' })
})

it('422 under the names of the body', async () => {
  const fieldsOf = async (more: object) => {
    const { status, json } = await issue(more)
    return [status, Object.keys(json['fields'] ?? {})]
  }
  expect(await fieldsOf({ publicJwks: { kty: 'oct', k: 'x' } })).toEqual([422, ['publicJwks']])
  expect(await fieldsOf({ refreshTokens: 'sometimes' })).toEqual([422, ['refreshTokens']])
  expect(await fieldsOf({ type: 'access_token', refreshTokens: 'off' })).toEqual([422, ['refreshTokens']])
  expect(await fieldsOf({ type: 'access_token', dpopRequired: true })).toEqual([422, ['dpopRequired']])
  const access = await issue({ type: 'access_token' })
  const { id } = access.json['token'] as { id: string }
  const edited = await browser.request('PATCH', `${TOKENS}/${id}`, { refreshTokens: 'off' })
  expect([edited.status, Object.keys(edited.json['fields'] ?? {})]).toEqual([422, ['refreshTokens']])
})

it('never tells a private key that was sent by mistake, nor logs it', async () => {
  const { status, json } = await issue({ publicJwks: { kty: 'EC', crv: 'P-256', x: 'a', y: 'b', d: 'very-private' } })
  expect(status).toBe(422)
  expect(JSON.stringify(json)).toContain('This is the private key.')
  expect(JSON.stringify([json, world.logged])).not.toContain('very-private')
})
