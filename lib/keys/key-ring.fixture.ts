import { ensureKeys, type KeyRing, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { KeyStore, SigningAlgorithm, StoredSigningKey } from '#lib/keys/signing-key.ts'

/** A key store that lasts as long as its test. */
export const memoryKeyStore = (): KeyStore => {
  const keys: StoredSigningKey[] = []
  return {
    list: async () => keys,
    addFirst: async (key) => {
      if (keys.some(({ purpose }) => purpose === key.purpose)) return false
      keys.push(key)
      return true
    },
  }
}

/** A ring with a new key for each purpose. */
export const newKeyRing = async (algorithm: SigningAlgorithm = 'ES256'): Promise<KeyRing> => {
  const ports = {
    clock: { now: () => 1_800_000_000 },
    randomness: systemRandomness,
    secretRing: createSecretRing(['a secret for the keys of one test only']),
    keyStore: memoryKeyStore(),
  }
  await ensureKeys(ports, algorithm)
  return loadKeyRing(ports)
}
