import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { KeyPurpose, KeyStore, SigningAlgorithm, StoredSigningKey } from '#lib/keys/signing-key.ts'
import type { Clock } from '#lib/time/clock.ts'

/** A key that verifies, by its `kid`. */
export type VerifyingKey = {
  readonly kid: string
  readonly purpose: KeyPurpose
  readonly algorithm: SigningAlgorithm
  readonly publicKey: CryptoKey
  /** Public members only, with `kid`, `alg` and `use` (RFC 7517 §4). */
  readonly publicJwk: JWK
}

/** The key that signs for a purpose now. */
export type SigningKey = VerifyingKey & { readonly privateKey: CryptoKey }

/** The environment's keys in memory. */
export type KeyRing = {
  /** The newest active key of the purpose. */
  signing(purpose: KeyPurpose): SigningKey
  /** The key a JWS header names; undefined for a `kid` that is not ours (any more). */
  verifying(kid: string): VerifyingKey | undefined
  /** Every key that verifies, oldest first: what JWKS publishes. */
  all(): readonly VerifyingKey[]
}

type Ports = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly secretRing: SecretRing
  readonly keyStore: KeyStore
}

const KID_BYTES = 9
const PURPOSES: readonly KeyPurpose[] = ['bearer', 'access']

const makeKey = async (
  { clock, randomness, secretRing }: Ports,
  purpose: KeyPurpose,
  algorithm: SigningAlgorithm,
): Promise<StoredSigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  // Short, as it stands in every JWT: 72 random bits.
  const kid = Buffer.from(randomness.bytes(KID_BYTES)).toString('base64url')
  const now = clock.now()
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  const { sealed, secretId } = secretRing.seal('signing-key', kid, JSON.stringify(await exportJWK(privateKey)))
  return {
    kid,
    purpose,
    algorithm,
    publicJwk: JSON.stringify(publicJwk),
    privateJwkSealed: sealed,
    secretId,
    createdAt: now,
    activeAt: now,
    retiringAt: null,
    removedAt: null,
    compromisedAt: null,
  }
}

const imported = async (jwk: JWK, algorithm: SigningAlgorithm): Promise<CryptoKey> => {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('a signing key is not a symmetric key')
  return key
}

const openKey = async (secretRing: SecretRing, stored: StoredSigningKey): Promise<SigningKey> => {
  const { kid, purpose, algorithm } = stored
  const publicJwk: JWK = JSON.parse(stored.publicJwk)
  const opened = secretRing.open('signing-key', kid, { sealed: stored.privateJwkSealed, secretId: stored.secretId })
  return {
    kid,
    purpose,
    algorithm,
    publicJwk,
    publicKey: await imported(publicJwk, algorithm),
    privateKey: await imported(JSON.parse(opened), algorithm),
  }
}

/** Makes the first key of each purpose if there is none. Safe to call by several processes at once. */
export const ensureKeys = async (ports: Ports, algorithm: SigningAlgorithm = 'ES256'): Promise<void> => {
  const existing = await ports.keyStore.list()
  for (const purpose of PURPOSES) {
    if (existing.some((key) => key.purpose === purpose && key.activeAt !== null && key.retiringAt === null)) continue
    await ports.keyStore.addFirst(await makeKey(ports, purpose, algorithm))
  }
}

/** Loads every key into memory. Throws when a key was sealed under a secret that the ring does not hold. */
export const loadKeyRing = async ({
  secretRing,
  keyStore,
}: Pick<Ports, 'secretRing' | 'keyStore'>): Promise<KeyRing> => {
  const stored = await keyStore.list()
  const keys = await Promise.all(stored.map((key) => openKey(secretRing, key)))
  const byKid = new Map(keys.map((key) => [key.kid, key]))
  const newestActive = (purpose: KeyPurpose): SigningKey | undefined => {
    const kid = stored.findLast(
      (key) => key.purpose === purpose && key.activeAt !== null && key.retiringAt === null,
    )?.kid
    return kid === undefined ? undefined : byKid.get(kid)
  }
  const active = new Map(PURPOSES.map((purpose) => [purpose, newestActive(purpose)]))
  return {
    signing: (purpose) => {
      const key = active.get(purpose)
      if (!key) throw new Error(`no active ${purpose} key`)
      return key
    },
    verifying: (kid) => byKid.get(kid),
    all: () => keys,
  }
}
