import type { Clock } from '#lib/time/clock.ts'
import { decideProof, PROOF_SECONDS_MAX, type ProofAsked, type ProofFlaw } from '#lib/verdict/decide-proof.ts'
import { type DPoPProof, verifyProof } from '#lib/verdict/dpop-proof.ts'
import type { ProofNonces } from '#lib/verdict/proof-nonces.ts'
import { requestTarget } from '#lib/verdict/request-target.ts'

/** Which proofs were used, for every process that shares a database. */
export type ProofReplays = {
  /** True for the first use of a text alone, until `expiresAt` (NumericDate). */
  use(proof: {
    readonly tenantId: string
    readonly kind: 'dpop'
    readonly text: string
    readonly expiresAt: number
  }): Promise<boolean>
}

/** What checking proofs needs of the world. */
export type ProofPorts = { readonly clock: Clock; readonly nonces: ProofNonces; readonly replayStore: ProofReplays }

/** Whether a proof is good for this request; then it is used up, and `thumbprint` is that of the key it proves. */
export type ProofFinding =
  | { readonly good: true; readonly thumbprint: string }
  | { readonly good: false; readonly flaw: ProofFlaw }

const flawed = (flaw: ProofFlaw): ProofFinding => ({ good: false, flaw })

// RFC 9449 §11.1: the id counts once in the context of its URI. The key is part of it: nobody uses up another's ids.
const singleUse = ({ thumbprint, htm, htu, jti, iat }: DPoPProof, tenantId: string) => ({
  tenantId,
  kind: 'dpop' as const,
  text: [thumbprint, htm, requestTarget(htu), jti].join('\n'),
  expiresAt: iat + PROOF_SECONDS_MAX + 1,
})

/**
 * Holds the value of a DPoP header against a request (RFC 9449 §4.3), and uses it up if it is good, so that the next
 * who presents it is refused, in whichever process. Throws `store.unavailable` rather than guess whether it is new.
 */
export const checkProof =
  ({ clock, nonces, replayStore }: ProofPorts) =>
  async (tenantId: string, text: string | undefined, asked: ProofAsked): Promise<ProofFinding> => {
    if (text === undefined) return flawed('missing')
    const proof = await verifyProof(text)
    if (!proof) return flawed('unreadable')
    const flaw = decideProof(proof, asked, nonces, clock.now())
    if (flaw) return flawed(flaw)
    return (await replayStore.use(singleUse(proof, tenantId)))
      ? { good: true, thumbprint: proof.thumbprint }
      : flawed('replayed')
  }
