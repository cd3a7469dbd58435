import type { WireRequest } from '#lib/api/wire.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { ProvenRequest } from '#lib/verdict/request-target.ts'
import type { PresentedProof } from '#lib/verdict/require-proof.ts'

/** Tells what a DPoP proof of a request should be for, where a credential came with one. */
export type ProofReader = (request: WireRequest) => PresentedProof

const malformed = (detail: string): PortalError => new PortalError('request.malformed', { detail })

const readNonce = (value: string | undefined): boolean => {
  if (value !== undefined && value !== 'required') throw malformed('The value of nonce is required, or it is left out.')
  return value !== undefined
}

const readRequest = (method: string | undefined, url: string | undefined): ProvenRequest | undefined => {
  if (method === undefined && url === undefined) return undefined
  if (!method || !url) throw malformed('The request that a proof is for has a method and a url.')
  return { method, url }
}

const one = (query: URLSearchParams, name: string): string | undefined => {
  const values = query.getAll(name)
  if (values.length > 1) throw malformed(`The parameter ${name} stands twice.`)
  return values[0]
}

// Only a proxy that is named as trusted is believed: anybody else would choose the request that a proof is held against.
const told = ({ origin, header }: WireRequest, name: string): string | undefined =>
  origin.viaProxy ? header(name) : undefined

/** By a gateway's headers `X-Latchkey-Method` and `X-Latchkey-Url`; `X-Latchkey-DPoP-Nonce: required` asks for a nonce. */
export const proofByHeaders: ProofReader = (request) => ({
  text: request.header('dpop'),
  request: readRequest(told(request, 'x-latchkey-method'), told(request, 'x-latchkey-url')),
  nonceNeeded: readNonce(request.header('x-latchkey-dpop-nonce')),
})

/** By the parameters `method`, `url` and `nonce` of the query; where they are not, by a gateway's headers. */
export const proofByQuery: ProofReader = (request) => {
  const query = new URLSearchParams(request.query)
  const proven = readRequest(one(query, 'method'), one(query, 'url'))
  const nonceNeeded = readNonce(one(query, 'nonce'))
  const byHeaders = proofByHeaders(request)
  return {
    text: byHeaders.text,
    request: proven ?? byHeaders.request,
    nonceNeeded: nonceNeeded || byHeaders.nonceNeeded,
  }
}

/** By the request itself, which Latchkey answers at this address. */
export const proofHere =
  (url: string): ProofReader =>
  ({ method, header }) => ({ text: header('dpop'), request: { method, url }, nonceNeeded: false })
