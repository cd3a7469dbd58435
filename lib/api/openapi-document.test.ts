import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { personal } from '#db/contract/token-fixture.ts'
import { FIXTURE_SECRET } from '#db/contract/token-ports.ts'
import { createApi } from '#lib/api/app.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { sessionCookieRules } from '#lib/sign-in/session-cookie.ts'

type Operation = {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly securitySchemes: { readonly session: { readonly name: string } } }
}

let world: ApiWorld
let document: Document
let mia: Awaited<ReturnType<ApiWorld['browserOf']>>
let item: string
beforeAll(async () => {
  world = await apiWorld()
  document = await documentOf(world.ports)
  mia = await world.browserOf('mia')
  const { token } = await world.tokens.issue(await world.as('mia'), personal())
  item = `/api/v1/tenants/${token.tenantId}/tokens/${token.id}`
})
afterAll(() => world.remove())

const documentOf = async (ports: ApiWorld['ports']): Promise<Document> =>
  (await (await createApi(ports).request('/api/v1/openapi.json')).json()) as Document

const responsesOf = (method: string, path: string): Operation['responses'] =>
  document.paths[path]?.[method.toLowerCase()]?.responses ?? {}

const ITEM = '/api/v1/tenants/{tenantId}/tokens/{id}'
const NOBODYS = '01a00000-0000-7000-8000-000000000000'

describe('the document of the API', () => {
  it('names the cookie that a browser has: another one on https', async () => {
    expect(document.components.securitySchemes.session.name).toBe('__Host-latchkey-session')
    expect(document.components.securitySchemes.session.name).toBe(world.portal.signIn.cookies.sessionName)
    const url = 'http://localhost:3000'
    const cookies = sessionCookieRules(url, createSecretRing([FIXTURE_SECRET]))
    const plain = await documentOf({ ...world.ports, signIn: { ...world.ports.signIn, cookies } })
    expect(plain.components.securitySchemes.session.name).toBe('latchkey-session')
  })

  it('tells of every management route what it refuses, as problem documents', () => {
    const routes = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/tenants/'))
    const operations = routes.flatMap(([, methods]) => Object.entries(methods))
    expect(operations.length).toBeGreaterThan(9)
    for (const [method, { responses }] of operations) {
      const statuses = ['401', '403', '404', ...(method === 'get' ? ['422'] : ['409']), '503']
      if (method === 'post' || method === 'patch') statuses.push('400', '413', '415', '422')
      for (const status of statuses) expect(responses[status]?.content).toHaveProperty('application/problem+json')
    }
  })

  it.each([
    ['GET', `${ITEM}`, 401, () => world.send(item)],
    ['GET', `${ITEM}`, 404, () => world.send(item.replace(/[^/]+$/, NOBODYS), { headers: { Cookie: mia.cookie } })],
    ['POST', `${ITEM}/pause`, 403, () => sent({ Cookie: mia.cookie, Origin: 'https://other.example' })],
    ['POST', `${ITEM}/pause`, 415, () => sent({ Cookie: mia.cookie, Origin: ORIGIN_HERE })],
    ['POST', `${ITEM}/pause`, 400, () => sent({ ...asPages(), 'Content-Type': 'application/json' })],
    [
      'POST',
      `${ITEM}/pause`,
      413,
      () => sent({ ...asPages(), 'Content-Type': 'application/json' }, 'x'.repeat(70_000)),
    ],
    ['POST', `${ITEM}/pause`, 422, () => sent({ ...asPages(), 'Content-Type': 'application/json' }, '{"why":1}')],
  ])('%s %s: %i is described, and answered', async (method, path, status, ask) => {
    const answer = await ask()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect(Object.keys(responsesOf(method, path))).toContain(String(status))
  })

  it.each([
    ['/api/v1/leaks', 400, { 'Content-Type': 'application/json' }],
    ['/api/v1/leaks', 415, {}],
    ['/api/v1/leaks', 413, { 'Content-Type': 'application/json', 'Content-Length': '70000' }],
  ])('POST %s: %i is described, and answered', async (path, status, headers: Record<string, string>) => {
    const answer = await world.send(path, { method: 'POST', headers })
    expect(answer.status).toBe(status)
    expect(Object.keys(responsesOf('post', path))).toContain(String(status))
  })

  it('knows the address that gateways ask', () => {
    expect(Object.keys(responsesOf('get', '/api/v1/validate/{path}'))).toEqual(
      Object.keys(responsesOf('get', '/api/v1/validate')),
    )
  })
})

const asPages = () => ({ Cookie: mia.cookie, Origin: ORIGIN_HERE })

const sent = (headers: Record<string, string>, body?: string) =>
  world.send(`${item}/pause`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) })
