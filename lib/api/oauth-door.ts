import { INTROSPECTION_TYPES, introspectionTypeFor } from '#lib/api/introspection-media-type.ts'
import { withLimits } from '#lib/api/limit-headers.ts'
import { type RefusalPorts, renderRefusal, toRefusal } from '#lib/api/render-refusal.ts'
import type { WireAnswer, WireBodyDoor, WireRequest } from '#lib/api/wire.ts'
import type { Asker } from '#lib/oauth/authenticate-client.ts'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'
import type { oauthUseCases } from '#lib/oauth/oauth-use-cases.ts'
import { newLimitNotes, type RequestLimits } from '#lib/policy/limit-requests.ts'

/** What the door asks. */
export type OAuthDoorPorts = RefusalPorts & {
  readonly oauth: Pick<
    ReturnType<typeof oauthUseCases>,
    'answerTokenRequest' | 'answerIntrospection' | 'answerSignedIntrospection' | 'answerRevocation'
  >
  readonly requestLimits: Pick<RequestLimits, 'refusalOfAddress'>
}

type Answering = (request: WireRequest, message: OAuthMessage, asker: Asker) => Promise<WireAnswer>

const messageOf = ({ header }: WireRequest, body: string): OAuthMessage => ({
  authorization: header('authorization'),
  contentType: header('content-type'),
  dpop: header('dpop'),
  body,
})

const good = ({ origin }: WireRequest, body: string, headers: Readonly<Record<string, string>>): WireAnswer => ({
  status: 200,
  // RFC 6749 §5.1 asks for the first two.
  headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache', 'X-Request-Id': origin.requestId, ...headers },
  body,
})

const JSON_TYPE = { 'Content-Type': INTROSPECTION_TYPES.json }

const answerToken =
  ({ oauth, proofNonce }: OAuthDoorPorts): Answering =>
  async (request, message, asker) => {
    const answer = await oauth.answerTokenRequest(message, asker)
    // RFC 9449 §8.2: so that the client's next proof has a nonce that is good.
    const nonce = answer.token_type === 'DPoP' ? { 'DPoP-Nonce': proofNonce() } : {}
    return good(request, JSON.stringify(answer), { ...JSON_TYPE, ...nonce })
  }

const answerIntrospection =
  ({ oauth }: OAuthDoorPorts): Answering =>
  async (request, message, asker) => {
    // Vary, though nothing keeps it: what was answered depends on it.
    const vary = { Vary: 'Accept' }
    if (introspectionTypeFor(request.header('accept')) === 'json')
      return good(request, JSON.stringify(await oauth.answerIntrospection(message, asker)), {
        ...vary,
        ...JSON_TYPE,
      })
    const signed = await oauth.answerSignedIntrospection(message, asker)
    return good(request, signed, { ...vary, 'Content-Type': INTROSPECTION_TYPES.jwt })
  }

// RFC 7009 §2.2: the status is the answer, and an answer without a body is of no type.
const answerRevocation =
  ({ oauth }: OAuthDoorPorts): Answering =>
  async (request, message, asker) => {
    await oauth.answerRevocation(message, asker)
    return good(request, '', {})
  }

/** What the door answers, all by POST. */
export const OAUTH_DOOR_PATHS = ['/oauth/token', '/oauth/introspect', '/oauth/revoke'] as const

/**
 * `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke`: apart from Hono's routes, so that node:http can be
 * answered without a request object in between. The query of a request is not part of it.
 */
export const createOAuthDoor = (ports: OAuthDoorPorts): WireBodyDoor => {
  const answering: Readonly<Record<(typeof OAUTH_DOOR_PATHS)[number], Answering>> = {
    '/oauth/token': answerToken(ports),
    '/oauth/introspect': answerIntrospection(ports),
    '/oauth/revoke': answerRevocation(ports),
  }
  const answers = new Map<string, Answering>(Object.entries(answering))
  const answerWith = async (
    answer: Answering,
    request: WireRequest,
    body: () => Promise<string>,
  ): Promise<WireAnswer> => {
    const limitNotes = newLimitNotes()
    const { address, agent, requestId } = request.origin
    try {
      const tooMany = ports.requestLimits.refusalOfAddress(address, limitNotes)
      if (tooMany) throw tooMany
      const asker = { requestId, address, agent, limitNotes }
      return withLimits(await answer(request, messageOf(request, await body()), asker), limitNotes)
    } catch (thrown) {
      return renderRefusal(ports, { ...request, limitNotes }, toRefusal(ports, thrown, requestId))
    }
  }
  return (request, body) => {
    const answer = request.method === 'POST' ? answers.get(request.path) : undefined
    return answer && answerWith(answer, request, body)
  }
}
