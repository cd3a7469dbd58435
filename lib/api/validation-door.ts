import { LRUCache } from 'lru-cache'
import { isPermissionKey } from '#lib/access/permission.ts'
import { withLimits } from '#lib/api/limit-headers.ts'
import { presentedCredential } from '#lib/api/presented-credential.ts'
import { type ProofReader, proofByHeaders, proofByQuery, proofHere } from '#lib/api/presented-proof.ts'
import { type RefusalPorts, renderRefusal, toRefusal } from '#lib/api/render-refusal.ts'
import { validationBody, validationHeaders } from '#lib/api/validation-answer.ts'
import type { WireAnswer, WireDoor, WireRequest } from '#lib/api/wire.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { newLimitNotes, type RequestLimits } from '#lib/policy/limit-requests.ts'
import type { ValidationRequest } from '#lib/verdict/validate.ts'
import type { Answer } from '#lib/verdict/validation.ts'

/** What the door asks. */
export type ValidationDoorPorts = RefusalPorts & {
  readonly validate: (request: ValidationRequest) => Promise<Answer>
  readonly requestLimits: Pick<RequestLimits, 'refusalOfAddress'>
}

type Asked = Pick<ValidationRequest, 'permissions' | 'audience'>
type Asking = (request: WireRequest) => Asked

const PERMISSIONS_MAX = 50
// An API asks for the same few things again and again.
const QUERIES_MAX = 1000
const QUERY_LENGTH_MAX = 512

const NOTHING_ASKED: Asked = { permissions: [], audience: undefined }
const QUERY_NAMES = new Set(['permission', 'audience', 'method', 'url', 'nonce'])

const requirements = (permissions: readonly string[], audiences: readonly string[]): Asked => {
  if (permissions.length > PERMISSIONS_MAX || !permissions.every(isPermissionKey))
    throw new PortalError('request.malformed', { detail: 'A permission is written resource:action.' })
  if (audiences.length > 1) throw new PortalError('request.malformed', { detail: 'Ask for one audience.' })
  return { permissions: [...new Set(permissions)], audience: audiences[0] }
}

const listed = (header: string | undefined): readonly string[] =>
  header?.split(/[\s,]+/).filter((key) => key !== '') ?? []

const fromHeaders: Asking = ({ header }) => {
  const permissions = header('x-latchkey-permission')
  const audience = header('x-latchkey-audience')
  // The common request asks for nothing: nothing is parsed for it.
  return permissions === undefined && audience === undefined
    ? NOTHING_ASKED
    : requirements(listed(permissions), listed(audience))
}

// A parameter that nobody knows may be a misspelt requirement: passing over it would let the wrong ones in.
const parseQuery = (text: string): Asked => {
  const query = new URLSearchParams(text)
  if (![...query.keys()].every((name) => QUERY_NAMES.has(name)))
    throw new PortalError('request.malformed', {
      detail: 'The parameters are permission and audience; and method, url and nonce for DPoP.',
    })
  return requirements(query.getAll('permission'), query.getAll('audience'))
}

const createQueryReader = (): ((text: string) => Asked) => {
  const known = new LRUCache<string, Asked>({ max: QUERIES_MAX })
  return (text) => {
    if (text === '') return NOTHING_ASKED
    const parsed = known.get(text)
    if (parsed) return parsed
    const asked = parseQuery(text)
    if (text.length <= QUERY_LENGTH_MAX) known.set(text, asked)
    return asked
  }
}

// Nor may requirements in a body be passed over, where some would look for them.
const requireNoBody = ({ header }: WireRequest): void => {
  if ((header('content-length') ?? '0') !== '0')
    throw new PortalError('request.malformed', {
      detail: 'No body is read here: say permission and audience in the query or in headers.',
    })
}

const nothingAsked: Asking = ({ query }) => {
  if (query !== '')
    throw new PortalError('request.malformed', { detail: 'Requirements are asked of /api/v1/validate.' })
  return NOTHING_ASKED
}

// A proxy that was pointed here instead of at /api/v1/validate/ has its requirements met as well.
const fromBoth =
  (readQuery: (text: string) => Asked): Asking =>
  (request) => {
    if (request.method === 'POST') requireNoBody(request)
    const query = readQuery(request.query)
    const told = fromHeaders(request)
    if (told === NOTHING_ASKED) return query
    const audiences = new Set([query.audience, told.audience].filter((audience) => audience !== undefined))
    return requirements([...query.permissions, ...told.permissions], [...audiences])
  }

const answerGood = (good: Answer, asked: Asked, { origin }: WireRequest): WireAnswer => ({
  status: 200,
  headers: { ...validationHeaders(good.validation, asked.permissions), 'X-Request-Id': origin.requestId },
  body: validationBody(good),
})

const answerWith =
  (ports: ValidationDoorPorts, askedIn: Asking, proofIn: ProofReader) =>
  async (request: WireRequest): Promise<WireAnswer> => {
    let asked = NOTHING_ASKED
    const limitNotes = newLimitNotes()
    try {
      const { address, agent, requestId } = request.origin
      const tooMany = ports.requestLimits.refusalOfAddress(address, limitNotes)
      if (tooMany) throw tooMany
      asked = askedIn(request)
      const presented = presentedCredential(request)
      const proof = presented.header === 'dpop' ? proofIn(request) : undefined
      const good = await ports.validate({
        presented,
        permissions: asked.permissions,
        audience: asked.audience,
        address,
        agent,
        requestId,
        proof,
        limitNotes,
      })
      const answer = withLimits(answerGood(good, asked, request), limitNotes)
      // RFC 9449 §8.2: so that the client's next proof has a nonce that is good.
      return proof ? { ...answer, headers: { ...answer.headers, 'DPoP-Nonce': ports.proofNonce() } } : answer
    } catch (thrown) {
      const scope = asked.permissions.length > 0 ? asked.permissions : undefined
      const error = toRefusal(ports, thrown, request.origin.requestId)
      return renderRefusal(ports, { ...request, scope, limitNotes }, error)
    }
  }

const isRead = ({ method }: WireRequest): boolean => method === 'GET' || method === 'HEAD'

/**
 * `/api/v1/validate` (requirements in the query), `/api/v1/validate/*` (any method, for gateways: requirements in
 * X-Latchkey-Permission and X-Latchkey-Audience, path and query are the client's) and `/api/v1/me`. A JWT that is bound
 * to a key needs a proof for the request it came with (RFC 9449 §7). Apart from Hono's routes, so that node:http can
 * be answered without a request object in between: that object costs twice as much as the verdict.
 */
export const createValidationDoor = (ports: ValidationDoorPorts): WireDoor => {
  const here = answerWith(ports, fromBoth(createQueryReader()), proofByQuery)
  const gateway = answerWith(ports, fromHeaders, proofByHeaders)
  const me = answerWith(ports, nothingAsked, proofHere(`${ports.settings.url}/api/v1/me`))
  return (request) => {
    const { path } = request
    if (path === '/api/v1/validate') return isRead(request) || request.method === 'POST' ? here(request) : undefined
    if (path.startsWith('/api/v1/validate/')) return gateway(request)
    return path === '/api/v1/me' && isRead(request) ? me(request) : undefined
  }
}
