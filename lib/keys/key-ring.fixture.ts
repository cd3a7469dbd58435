import type { Change } from '#lib/changes/change.ts'
import { ensureKeys, type KeyRing, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { type SigningAlgorithm, type StoredSigningKey, stateOf } from '#lib/keys/signing-key.ts'

/** Keys and their feed that last as long as their test; `put` is a change by somebody else. */
export const memoryKeys = (algorithm: SigningAlgorithm = 'ES256') => {
  let keys: readonly StoredSigningKey[] = []
  const changes: Change[] = []
  const put = (stored: readonly StoredSigningKey[]): void => {
    keys = stored
    changes.push({ seq: changes.length + 1, kind: 'keys', key: 'keys' })
  }
  return {
    put,
    keyStore: {
      list: async () => keys.filter(({ removedAt }) => removedAt === null),
      settings: async () => ({ algorithms: { bearer: algorithm, access: algorithm }, rotationSeconds: 0 }),
      addFirst: async (key: StoredSigningKey) => {
        if (keys.some((each) => each.purpose === key.purpose && stateOf(each) === 'active')) return false
        put([...keys, key])
        return true
      },
    },
    changeFeed: {
      commitMark: () => changes.length,
      newest: () => changes.length,
      after: (seq: number) => changes.slice(seq),
    },
  }
}

/** A ring with a new key for each purpose. */
export const newKeyRing = async (algorithm: SigningAlgorithm = 'ES256'): Promise<KeyRing> => {
  const ports = {
    clock: { now: () => 1_800_000_000 },
    randomness: systemRandomness,
    secretRing: createSecretRing(['a secret for the keys of one test only']),
    ...memoryKeys(algorithm),
  }
  await ensureKeys(ports)
  return loadKeyRing(ports)
}
