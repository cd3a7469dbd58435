import type { Context } from 'hono'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { ProvenRequest } from '#lib/verdict/request-target.ts'
import type { PresentedProof } from '#lib/verdict/require-proof.ts'

/** Tells what a DPoP proof of a request should be for, where a credential came with one. */
export type ProofReader = (context: Context<ApiEnv>) => PresentedProof

const dpopOf = ({ req }: Context<ApiEnv>): string | undefined => req.raw.headers.get('dpop') ?? undefined

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

const one = ({ req }: Context<ApiEnv>, name: string): string | undefined => {
  const values = req.queries(name) ?? []
  if (values.length > 1) throw malformed(`The parameter ${name} stands twice.`)
  return values[0]
}

// Only a proxy that is named as trusted is believed: anybody else would choose the request that a proof is held against.
const told = (context: Context<ApiEnv>, name: string): string | undefined =>
  originOf(context).viaProxy ? (context.req.raw.headers.get(name) ?? undefined) : undefined

/** By a gateway's headers `X-Latchkey-Method` and `X-Latchkey-Url`; `X-Latchkey-DPoP-Nonce: required` asks for a nonce. */
export const proofByHeaders: ProofReader = (context) => ({
  text: dpopOf(context),
  request: readRequest(told(context, 'x-latchkey-method'), told(context, 'x-latchkey-url')),
  nonceNeeded: readNonce(context.req.raw.headers.get('x-latchkey-dpop-nonce') ?? undefined),
})

/** By the parameters `method`, `url` and `nonce` of the query; where they are not, by a gateway's headers. */
export const proofByQuery: ProofReader = (context) => {
  const request = readRequest(one(context, 'method'), one(context, 'url'))
  const nonceNeeded = readNonce(one(context, 'nonce'))
  const byHeaders = proofByHeaders(context)
  return {
    text: byHeaders.text,
    request: request ?? byHeaders.request,
    nonceNeeded: nonceNeeded || byHeaders.nonceNeeded,
  }
}

/** By the request itself, which Latchkey answers at this address. */
export const proofHere =
  (url: string): ProofReader =>
  (context) => ({ text: dpopOf(context), request: { method: context.req.method, url }, nonceNeeded: false })
