import { createHash } from 'node:crypto'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'
import type { DPoPProof } from '#lib/verdict/dpop-proof.ts'
import type { ProofNonces } from '#lib/verdict/proof-nonces.ts'
import { type ProvenRequest, requestTarget } from '#lib/verdict/request-target.ts'

/** What a proof must fit. */
export type ProofAsked = {
  readonly request: ProvenRequest
  /** The access token it comes with, and the thumbprint that is bound to; undefined where one is only asked for. */
  readonly token: { readonly text: string; readonly thumbprint: string } | undefined
  /** Whether a proof without a nonce will not do; one that has a nonce needs a fresh one anyway. */
  readonly nonceNeeded: boolean
}

/** What is wrong with a proof. */
export type ProofFlaw = 'missing' | 'unreadable' | 'method' | 'url' | 'time' | 'token' | 'key' | 'nonce' | 'replayed'

/** What to say of each, to the client that made it. */
export const FLAW_SENTENCES: Readonly<Record<ProofFlaw, string>> = {
  missing: 'A DPoP proof is needed.',
  unreadable: 'The DPoP header is not one proof, signed by the public key in it with an algorithm of the list.',
  method: 'The htm of the proof is not the method of this request.',
  url: 'The htu of the proof is not the URL of this request.',
  time: 'The iat of the proof is too far from the time here: make each proof when it is needed.',
  token: 'The ath of the proof is not the digest of the token it came with.',
  key: 'The proof was made with another key than the one the token is bound to.',
  nonce: 'The proof needs the nonce of the header DPoP-Nonce.',
  replayed: 'The proof was used before: make a new one for each request.',
}

/** Seconds by which the `iat` of a proof may lie in the past, and in the future (RFC 9449 §11.1). */
export const PROOF_SECONDS_MAX = MINUTE_SECONDS

const digestOf = (accessToken: string): string => createHash('sha256').update(accessToken).digest('base64url')

const isInTime = ({ iat, exp, nbf }: DPoPProof, now: number): boolean =>
  Math.abs(now - iat) <= PROOF_SECONDS_MAX &&
  (exp === undefined || exp > now) &&
  (nbf ?? iat) - PROOF_SECONDS_MAX <= now

const isFresh = ({ nonce }: DPoPProof, nonceNeeded: boolean, nonces: Pick<ProofNonces, 'accepts'>): boolean =>
  nonce === undefined ? !nonceNeeded : nonces.accepts(nonce)

/** The first thing wrong with a proof whose signature is good (RFC 9449 §4.3 steps 8 to 12); undefined: it fits. Pure. */
export const decideProof = (
  proof: DPoPProof,
  { request, token, nonceNeeded }: ProofAsked,
  nonces: Pick<ProofNonces, 'accepts'>,
  now: number,
): ProofFlaw | undefined => {
  if (token && proof.thumbprint !== token.thumbprint) return 'key'
  if (token && proof.ath !== digestOf(token.text)) return 'token'
  if (proof.htm !== request.method) return 'method'
  const target = requestTarget(request.url)
  if (target === undefined || requestTarget(proof.htu) !== target) return 'url'
  if (!isInTime(proof, now)) return 'time'
  return isFresh(proof, nonceNeeded, nonces) ? undefined : 'nonce'
}
