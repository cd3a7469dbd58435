import type { Config } from '#lib/config/config.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { type Asker, type AuthenticatePorts, type Client, countUse } from '#lib/oauth/authenticate-client.ts'
import { checkProof, type ProofPorts } from '#lib/verdict/check-proof.ts'
import { FLAW_SENTENCES, type ProofFlaw } from '#lib/verdict/decide-proof.ts'
import { createProofNonces } from '#lib/verdict/proof-nonces.ts'

/** What asking a client for a proof of possession needs of the world. */
export type ProveKeyPorts = Omit<ProofPorts, 'nonces'> &
  Pick<AuthenticatePorts, 'usageCounter'> & {
    readonly secretRing: SecretRing
    readonly settings: Pick<Config, 'url'>
  }

const refusal = (flaw: ProofFlaw): PortalError =>
  new PortalError(flaw === 'nonce' ? 'oauth.use_dpop_nonce' : 'oauth.invalid_dpop_proof', {
    detail: FLAW_SENTENCES[flaw],
  })

/**
 * The key that a client proves to hold in a request to the token endpoint (RFC 9449 §5): its thumbprint, to which the
 * bearer JWT is bound; undefined where it sent no proof and its token asks for none. A token that does needs one with a
 * nonce of ours. `oauth.invalid_dpop_proof`, `oauth.use_dpop_nonce`, `store.unavailable`. The proof is used up: the
 * function for one request answers the same when it is run again.
 */
export const proveKey = (ports: ProveKeyPorts) => {
  const check = checkProof({ ...ports, nonces: createProofNonces(ports) })
  const request = { method: 'POST', url: `${ports.settings.url}/oauth/token` }
  return (text: string | undefined, asker: Asker) => {
    let proven: string | undefined
    return async (client: Client): Promise<string | undefined> => {
      const { tenantId, dpopRequiredAt } = client.standing.token
      const isRequired = dpopRequiredAt !== null
      if (proven !== undefined || (text === undefined && !isRequired)) return proven
      const finding = await check(tenantId, text, { request, token: undefined, nonceNeeded: isRequired })
      if (finding.good) {
        proven = finding.thumbprint
        return proven
      }
      // A client that hears of the nonce for the first time has done nothing wrong.
      if (finding.flaw !== 'nonce') countUse(ports, client, asker, 'refused')
      throw refusal(finding.flaw)
    }
  }
}
