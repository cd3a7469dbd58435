import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { toBase62 } from '#lib/keys/base62.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { KeyPurpose, SigningAlgorithm, StoredSigningKey } from '#lib/keys/signing-key.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What making a key needs of the world. */
export type MakeKeyPorts = { readonly clock: Clock; readonly randomness: Randomness; readonly secretRing: SecretRing }

// Short, as it stands in every JWT: 72 random bits. No hyphen, which a command line would take for an option.
const KID_BYTES = 9
const KID_LENGTH = 13

/** 128 bits of strength, like the two curves: an access JWT may be good for years (NIST SP 800-57 part 1, table 2). */
export const RSA_BITS = 3072

/** A new key that nobody has seen yet: the private half sealed, neither stored nor active. */
export const makeKey = async (
  { clock, randomness, secretRing }: MakeKeyPorts,
  purpose: KeyPurpose,
  algorithm: SigningAlgorithm,
): Promise<StoredSigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: RSA_BITS })
  const kid = toBase62(randomness.bytes(KID_BYTES), KID_LENGTH)
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  const { sealed, secretId } = secretRing.seal('signing-key', kid, JSON.stringify(await exportJWK(privateKey)))
  return {
    kid,
    purpose,
    algorithm,
    publicJwk: JSON.stringify(publicJwk),
    privateJwkSealed: sealed,
    secretId,
    createdAt: clock.now(),
    activeAt: null,
    retiringAt: null,
    removedAt: null,
    compromisedAt: null,
  }
}
