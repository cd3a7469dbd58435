import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { personal } from '#db/contract/token-fixture.ts'

type Header = { readonly schema: { readonly pattern?: string; readonly minimum?: number; readonly type: string } }
type Described = { readonly headers?: Readonly<Record<string, { readonly $ref: string }>> }
type Document = {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>
  >
  readonly components: { readonly headers: Readonly<Record<string, Header>> }
}

const LIMITED = [
  ['get', '/api/v1/validate'],
  ['post', '/api/v1/validate'],
  ['get', '/api/v1/validate/{path}'],
  ['get', '/api/v1/me'],
  ['post', '/oauth/token'],
  ['post', '/oauth/introspect'],
  ['post', '/oauth/revoke'],
] as const

let world: ApiWorld
let text: string
let client: Awaited<ReturnType<ApiWorld['client']>>
let document: Document
beforeEach(async () => {
  world = await apiWorld({ LATCHKEY_TENANT_REQUESTS_PER_MINUTE: '1', LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE: '3' })
  const { secret } = await world.tokens.issue(await world.as('mia'), personal())
  text = secret.type === 'access_token' ? secret.accessToken : ''
  client = await world.client()
  document = (await (await world.send('/api/v1/openapi.json')).json()) as Document
})
afterEach(() => world.remove())

const send = (method: string, path: string): Promise<Response> => {
  if (!path.startsWith('/oauth')) return world.send(path, { method, headers: { 'X-API-KEY': text } })
  const form = path === '/oauth/token' ? client.credentials() : client.about(text)
  return world.send(path, { method, body: new URLSearchParams(form) })
}

const NAMES = ['RateLimit-Policy', 'RateLimit', 'Retry-After']

const described = (method: string, path: string, status: number): Described['headers'] =>
  document.paths[path]?.[method]?.responses[status]?.headers

const isAsDescribed = (name: string, value: string): boolean => {
  const schema = document.components.headers[name]?.schema
  if (schema?.type === 'integer') return Number.isInteger(Number(value)) && Number(value) >= (schema.minimum ?? 0)
  return schema?.pattern !== undefined && new RegExp(schema.pattern).test(value)
}

describe('what the document says of limits', () => {
  it.each(LIMITED)(
    'is what %s %s answers, good, refused by a limit, or refused for its credential',
    async (...door) => {
      const answers = [await send(...door), await send(...door)]
      text = 'nonsense'
      if (!door[1].startsWith('/oauth')) answers.push(await send(...door))
      expect(answers.map(({ status }) => status)).toEqual([200, 429, 401].slice(0, answers.length))
      for (const { status, headers } of answers) {
        const told = NAMES.filter((name) => headers.has(name))
        expect(told).toEqual(Object.keys(described(...door, status) ?? {}))
        for (const name of told) expect([name, isAsDescribed(name, headers.get(name) ?? '')]).toEqual([name, true])
      }
    },
  )

  it('is said of every answer of these, and of no other', () => {
    const said = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.values(responses).map(({ headers = {} }) => [`${method} ${path}`, 'RateLimit' in headers] as const),
      ),
    )
    const limited = new Set(LIMITED.map((door) => door.join(' ')))
    expect(said.filter(([door, isSaid]) => isSaid !== limited.has(door as never))).toEqual([])
    expect(said.length).toBeGreaterThan(30)
  })

  it('has a name for each header once', () => {
    expect(Object.keys(document.components.headers).sort()).toEqual([...NAMES].sort())
    expect(isAsDescribed('RateLimit', '"other";r=1;t=2')).toBe(false)
    expect(isAsDescribed('RateLimit-Policy', '"token";q=600;w=60, "tenant";q=6000;w=60')).toBe(true)
  })
})
