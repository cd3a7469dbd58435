import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { keyEvent, keyKeeper } from '#lib/keys/key-event.ts'
import type { KeyStore } from '#lib/keys/key-store.ts'
import { type MakeKeyPorts, makeKey } from '#lib/keys/make-key.ts'
import { type SecretRing, UnknownSecret } from '#lib/keys/secret-ring.ts'
import { type Signatures, signaturesHere } from '#lib/keys/signatures.ts'
import {
  KEY_PURPOSES,
  type KeyPurpose,
  type SigningAlgorithm,
  type StoredSigningKey,
  stateOf,
} from '#lib/keys/signing-key.ts'

/** A key that verifies, by its `kid`. */
export type VerifyingKey = {
  readonly kid: string
  readonly purpose: KeyPurpose
  readonly algorithm: SigningAlgorithm
  readonly publicKey: KeyObject
  /** Public members only, with `kid`, `alg` and `use` (RFC 7517 §4). */
  readonly publicJwk: JWK
  /** Whether a text in base64url is its signature of a JWS input. */
  verify(input: string, signature: string): Promise<boolean>
}

/** The key that signs for a purpose now. */
export type SigningKey = VerifyingKey & {
  readonly privateKey: KeyObject
  /** The signature of a JWS input in base64url. */
  sign(input: string): Promise<string>
}

/** The environment's keys in memory, as of the last `catchUp`. */
export type KeyRing = {
  /**
   * Brings the ring to this moment, whoever changed the keys; before whatever is read from it. Costs one number while
   * nothing was committed. Throws `store.unavailable`: the ring then stays behind, and the next call tries again.
   */
  catchUp(): Promise<void>
  /** The active key of the purpose. Throws when there is none, or none that this process' secrets can open. */
  signing(purpose: KeyPurpose): SigningKey
  /** The key a JWS header names; undefined for a `kid` that is not ours (any more). */
  verifying(kid: string): VerifyingKey | undefined
  /** Every key that verifies, those to come included, oldest first: what JWKS publishes. */
  all(): readonly VerifyingKey[]
}

type RingPorts = {
  /** Makes and checks the signatures; in this very thread where nothing is said. */
  readonly signatures?: Signatures
  readonly secretRing: SecretRing
  readonly keyStore: Pick<KeyStore, 'list'>
  readonly changeFeed: ChangeFeed
}

type Keys = {
  readonly verifying: ReadonlyMap<string, VerifyingKey>
  readonly signing: ReadonlyMap<KeyPurpose, SigningKey>
}

const publicHalf = (signatures: Signatures, { kid, purpose, algorithm, ...stored }: StoredSigningKey): VerifyingKey => {
  const publicJwk = JSON.parse(stored.publicJwk) as JWK & JsonWebKey
  const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' })
  const verify = (input: string, signature: string) => signatures.verify(algorithm, publicKey, input, signature)
  return { kid, purpose, algorithm, publicJwk, publicKey, verify }
}

// Undefined when it is sealed under a secret that only others have: they may sign with it, and what they sign is good.
const privateHalf = (secretRing: SecretRing, stored: StoredSigningKey): KeyObject | undefined => {
  if (!secretRing.ids.includes(stored.secretId)) return undefined
  const sealed = { sealed: stored.privateJwkSealed, secretId: stored.secretId }
  const jwk = JSON.parse(secretRing.open('signing-key', stored.kid, sealed)) as JsonWebKey
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

const openKeys = (
  { secretRing, signatures = signaturesHere }: Pick<RingPorts, 'secretRing' | 'signatures'>,
  stored: readonly StoredSigningKey[],
  known: Keys,
): Keys => {
  const verifying = new Map<string, VerifyingKey>()
  const signing = new Map<KeyPurpose, SigningKey>()
  for (const key of stored) {
    const half = known.verifying.get(key.kid) ?? publicHalf(signatures, key)
    verifying.set(key.kid, half)
    if (stateOf(key) !== 'active') continue
    const former = known.signing.get(key.purpose)
    const privateKey = former?.kid === key.kid ? former.privateKey : privateHalf(secretRing, key)
    if (!privateKey) continue
    const sign = (input: string) => signatures.sign(half.algorithm, privateKey, input)
    signing.set(key.purpose, { ...half, privateKey, sign })
  }
  return { verifying, signing }
}

const NO_KEYS: Keys = { verifying: new Map(), signing: new Map() }

// Follows the feed: a key is known here before anybody can have signed with it, and unknown once it was removed.
const followKeys = (ports: RingPorts): KeyRing => {
  const { keyStore, changeFeed } = ports
  let keys = NO_KEYS
  let stale = true
  let reloading: Promise<void> | undefined
  const follower = followFeed(changeFeed, (change) => {
    if (!change || change.kind === 'keys') stale = true
  })
  const reload = async (): Promise<void> => {
    // Before the reading: what is committed while it lasts makes the ring stale again.
    stale = false
    try {
      keys = openKeys(ports, await keyStore.list(), keys)
    } catch (thrown) {
      stale = true
      throw thrown
    }
  }
  return {
    catchUp: async () => {
      for (follower.catchUp(); stale || reloading; follower.catchUp()) {
        reloading ??= reload().finally(() => {
          reloading = undefined
        })
        await reloading
      }
    },
    signing: (purpose) => {
      const key = keys.signing.get(purpose)
      if (!key) throw new Error(`no active ${purpose} key`)
      return key
    },
    verifying: (kid) => keys.verifying.get(kid),
    all: () => [...keys.verifying.values()],
  }
}

type FirstKeyPorts = MakeKeyPorts & { readonly keyStore: Pick<KeyStore, 'list' | 'settings' | 'addFirst'> }

/** Makes the first key of each purpose if there is none. Safe to call by several processes at once. */
export const ensureKeys = async (ports: FirstKeyPorts): Promise<void> => {
  const existing = await ports.keyStore.list()
  const { algorithms } = await ports.keyStore.settings()
  const by = keyKeeper(ports.randomness)
  for (const purpose of KEY_PURPOSES) {
    if (existing.some((key) => key.purpose === purpose && stateOf(key) === 'active')) continue
    const made = await makeKey(ports, purpose, algorithms[purpose])
    const key = { ...made, activeAt: made.createdAt }
    await ports.keyStore.addFirst(key, keyEvent(ports.randomness, by, 'signing_key.activated', key, key.createdAt))
  }
}

/** Throws UnknownSecret when a key that signs, or is about to, was sealed under a secret that the ring does not hold. */
export const requireSecrets = ({ ids }: SecretRing, keys: readonly StoredSigningKey[]): void => {
  const strange = keys.find(({ secretId, privateJwkSealed }) => privateJwkSealed !== '' && !ids.includes(secretId))
  if (strange) throw new UnknownSecret(strange.secretId)
}

/** Loads every key into memory. Throws UnknownSecret when one was sealed under a secret that the ring does not hold. */
export const loadKeyRing = async (ports: RingPorts): Promise<KeyRing> => {
  const { secretRing, keyStore } = ports
  requireSecrets(secretRing, await keyStore.list())
  const ring = followKeys(ports)
  try {
    await ring.catchUp()
  } catch (thrown) {
    // Whoever needs a key meets it again, until an operator has accepted the database: no reason not to start.
    if (!isPortalError(thrown) || thrown.code !== 'store.restored') throw thrown
  }
  return ring
}
