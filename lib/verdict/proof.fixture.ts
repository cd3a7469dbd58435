import { createHash, randomUUID } from 'node:crypto'
import { CompactSign, type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { PROOF_TYPE } from '#lib/verdict/dpop-proof.ts'

/** A client's key: what it signs proofs with, and what tokens are bound to. */
export type ClientKey = {
  readonly algorithm: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
  readonly privateJwk: JWK
  readonly thumbprint: string
}

/** A new key pair of a client. */
export const clientKey = async (algorithm = 'ES256'): Promise<ClientKey> => {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  return {
    algorithm,
    privateKey,
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk),
  }
}

/** `ath` of an access token (RFC 9449 §4.2). */
export const athOf = (accessToken: string): string => createHash('sha256').update(accessToken).digest('base64url')

/** What stands in a proof otherwise than it should; undefined leaves a member out. */
export type ProofChange = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
}

/** The request, moment and token a proof is for. */
export type ProofFor = {
  readonly method: string
  readonly url: string
  readonly now: number
  readonly accessToken?: string
  readonly nonce?: string
}

/** A DPoP proof (RFC 9449 §4.2) of a key for a request, a good one but for what is changed. */
export const proofOf = async (
  { algorithm, privateKey, publicJwk }: ClientKey,
  { method, url, now, accessToken, nonce }: ProofFor,
  { header = {}, payload = {} }: ProofChange = {},
): Promise<string> => {
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: url,
    iat: now,
    ...(accessToken === undefined ? {} : { ath: athOf(accessToken) }),
    ...(nonce === undefined ? {} : { nonce }),
    ...payload,
  }
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ typ: PROOF_TYPE, alg: algorithm, jwk: publicJwk, ...header })
    .sign(privateKey)
}
