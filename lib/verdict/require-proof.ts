import { PortalError } from '#lib/errors/portal-error.ts'
import { checkProof, type ProofPorts } from '#lib/verdict/check-proof.ts'
import { FLAW_SENTENCES } from '#lib/verdict/decide-proof.ts'
import type { ProvenRequest } from '#lib/verdict/request-target.ts'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

/**
 * The header a credential came in: `X-API-KEY` is for access JWTs, `Authorization: Bearer` for bearer JWTs, and
 * `Authorization: DPoP` for those that are bound to a key.
 */
export type CredentialHeader = 'x-api-key' | 'authorization' | 'dpop'

/** A credential as it was presented. */
export type PresentedText = { readonly header: CredentialHeader; readonly text: string }

/** What came with a credential in `Authorization: DPoP`. */
export type PresentedProof = {
  /** The DPoP header; undefined: none. */
  readonly text: string | undefined
  /** The request it should be for; undefined where nobody trustworthy says. */
  readonly request: ProvenRequest | undefined
  readonly nonceNeeded: boolean
}

// RFC 9449 §7.2: a bound JWT as a bearer JWT would be as good as stolen, and an unbound one has nothing to prove.
const misplaced = ({ header }: PresentedText, { purpose, thumbprint }: VerifiedClaims): PortalError | undefined => {
  if (purpose === 'access' || header === 'x-api-key') return new PortalError('credential.wrong_header')
  if (thumbprint === undefined) return new PortalError('credential.unbound')
  return header === 'dpop' ? undefined : new PortalError('credential.bound')
}

/**
 * What stands against a verified JWT that is bound to a key, or that came in a header of another kind: where it does
 * not belong, or a proof that is not good for the request it came with (RFC 9449 §7.1). Undefined, and the proof used
 * up, if nothing does. Throws `store.unavailable`.
 */
export const refusalOfProof = (ports: ProofPorts) => {
  const check = checkProof(ports)
  return async (
    presented: PresentedText,
    claims: VerifiedClaims,
    proof: PresentedProof | undefined,
  ): Promise<PortalError | undefined> => {
    const refusal = misplaced(presented, claims)
    const { thumbprint, tenantId } = claims
    if (refusal || thumbprint === undefined) return refusal
    if (!proof?.request) return new PortalError('credential.dpop_request')
    const { request, nonceNeeded } = proof
    const token = { text: presented.text, thumbprint }
    const finding = await check(tenantId, proof.text, { request, token, nonceNeeded })
    if (finding.good) return undefined
    const code = finding.flaw === 'nonce' ? 'credential.dpop_nonce' : 'credential.dpop_proof'
    return new PortalError(code, { detail: FLAW_SENTENCES[finding.flaw] })
  }
}
