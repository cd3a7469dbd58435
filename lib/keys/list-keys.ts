import { activationDue } from '#lib/keys/decide-key-rotation.ts'
import type { KeyPorts } from '#lib/keys/rotate-keys.ts'
import { type KeyState, type StoredSigningKey, stateOf } from '#lib/keys/signing-key.ts'

/** A key as its operator sees it; times are NumericDates. */
export type ListedKey = Pick<StoredSigningKey, 'kid' | 'purpose' | 'algorithm' | 'createdAt'> & {
  readonly state: KeyState
  /** Since when it is in its state. */
  readonly since: number
  /** When a next key begins to sign. */
  readonly activatesAt: number | undefined
  /** Credentials that are good for something and that it signed: access keys only. */
  readonly liveCredentials: number
}

const listed = (key: StoredSigningKey, liveCredentials: number): ListedKey => {
  const { kid, purpose, algorithm, createdAt } = key
  const state = stateOf(key)
  return {
    kid,
    purpose,
    algorithm,
    createdAt,
    state,
    since: key.removedAt ?? key.retiringAt ?? key.activeAt ?? createdAt,
    activatesAt: state === 'next' ? activationDue(key) : undefined,
    liveCredentials,
  }
}

/** Every key that is not removed, oldest first; with `all` those that were, too. */
export const listKeys =
  ({ keyStore, clock }: Pick<KeyPorts, 'keyStore' | 'clock'>) =>
  async (all: boolean): Promise<readonly ListedKey[]> => {
    const keys = all ? await keyStore.history() : await keyStore.list()
    const counts = await keyStore.liveCredentials(clock.now())
    return keys.map((key) => listed(key, counts.get(key.kid) ?? 0))
  }
