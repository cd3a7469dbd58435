import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { type ClientKey, clientKey, type ProofChange, proofOf } from '#lib/verdict/proof.fixture.ts'
import { createApiListener } from '#server/api-listener.ts'
import { createEdge } from '#server/edge.ts'
import { createHttpServer } from '#server/http-server.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'

/** The token endpoint, and where a holder asks about itself, as clients know them. */
export const TOKEN_URL = `${ORIGIN_HERE}/oauth/token`
export const ME_URL = `${ORIGIN_HERE}/api/v1/me`

const serve = async (world: ApiWorld, trustedProxies: readonly string[]) => {
  const edge = createEdge({
    url: ORIGIN_HERE,
    trustedProxies,
    issuer: undefined,
    dev: false,
    api: createApiListener(world.app, ORIGIN_HERE, world.ports.log),
    pages: async (_request, response) => void response.writeHead(404).end(),
    isReady: () => true,
    log: world.ports.log,
  })
  const http = createHttpServer(edge, world.ports.log)
  return { http, port: await http.listen(0) }
}

/** The edge and the API on a socket, a client of theirs, and its key; `trustedProxies` says whose word counts. */
export const provenWorld = async (trustedProxies: readonly string[] = []) => {
  const world = await apiWorld()
  const { http, port } = await serve(world, trustedProxies)
  const client = await world.client()
  const key = await clientKey()

  /** A request as its lines. */
  const raw = async (method: string, target: string, lines: readonly string[] = [], body = '') => {
    const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
    const text = requestText(method, target, { host: 'id.example', lines: [...lines, ...length], body })
    const answer = await sendRaw(port, text)
    const json = answer.body === '' ? {} : (JSON.parse(answer.body) as Record<string, unknown>)
    return { status: answer.status, headers: answer.headers, json }
  }
  const exchange = (lines: readonly string[], form: Readonly<Record<string, string>> = client.credentials()) =>
    raw(
      'POST',
      '/oauth/token',
      ['Content-Type: application/x-www-form-urlencoded', ...lines],
      new URLSearchParams(form).toString(),
    )
  const prove = (method: string, url: string, accessToken?: string, change?: ProofChange, by: ClientKey = key) => {
    const now = world.clock.now()
    return proofOf(by, accessToken === undefined ? { method, url, now } : { method, url, now, accessToken }, change)
  }
  /** A bearer JWT that is bound to a key of the client's. */
  const bound = async (by: ClientKey = key): Promise<string> => {
    const { json } = await exchange([`DPoP: ${await prove('POST', TOKEN_URL, undefined, {}, by)}`])
    return String(json['access_token'])
  }
  return {
    ...world,
    port,
    tokenClient: client,
    key,
    raw,
    exchange,
    prove,
    bound,
    remove: async () => {
      await http.stop(1000)
      await world.remove()
    },
  }
}

/** What `provenWorld` makes. */
export type ProvenWorld = Awaited<ReturnType<typeof provenWorld>>
