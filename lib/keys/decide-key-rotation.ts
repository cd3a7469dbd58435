import type { KeySettings } from '#lib/keys/key-store.ts'
import { BEARER_LIFETIME_SECONDS_MAX, KEY_LEAD_SECONDS, RETIRING_MARGIN_SECONDS } from '#lib/keys/key-times.ts'
import {
  KEY_PURPOSES,
  type KeyPurpose,
  type SigningAlgorithm,
  type StoredSigningKey,
  stateOf,
} from '#lib/keys/signing-key.ts'

/** What is to be done to the keys, in order. */
export type KeyDecision =
  | { readonly kind: 'publish'; readonly purpose: KeyPurpose; readonly algorithm: SigningAlgorithm }
  /** The key begins to sign; the one that does now begins to retire. */
  | { readonly kind: 'activate'; readonly key: StoredSigningKey }
  | { readonly kind: 'remove'; readonly key: StoredSigningKey }

/** The keys of one purpose that are not removed. */
type KeySet = {
  readonly next: StoredSigningKey | undefined
  readonly active: StoredSigningKey | undefined
  readonly retiring: readonly StoredSigningKey[]
}

/** The keys of a purpose by their state; of several next ones the oldest. */
export const keySetOf = (keys: readonly StoredSigningKey[], purpose: KeyPurpose): KeySet => {
  const of = (state: string) => keys.filter((key) => key.purpose === purpose && stateOf(key) === state)
  return { next: of('next')[0], active: of('active')[0], retiring: of('retiring') }
}

/** When a published key has been known for long enough to sign. */
export const activationDue = ({ createdAt }: Pick<StoredSigningKey, 'createdAt'>): number =>
  createdAt + KEY_LEAD_SECONDS

/** What is known when the time of keys is looked at. */
export type KeyRotation = {
  /** Every key that is not removed. */
  readonly keys: readonly StoredSigningKey[]
  readonly settings: KeySettings
  /** The access keys that a credential names which is good for something. */
  readonly inUse: ReadonlySet<string>
  readonly now: number
}

// A bearer JWT ends by itself; an access JWT may be good for years, and its row says whether it is.
const isSpent = (
  { kid, purpose, retiringAt }: StoredSigningKey,
  { inUse, now }: Pick<KeyRotation, 'inUse' | 'now'>,
): boolean => {
  const since = retiringAt ?? now
  if (purpose === 'bearer') return now >= since + BEARER_LIFETIME_SECONDS_MAX + RETIRING_MARGIN_SECONDS
  return now >= since + RETIRING_MARGIN_SECONDS && !inUse.has(kid)
}

const decideNext = (
  { next, active }: KeySet,
  purpose: KeyPurpose,
  { settings, now }: KeyRotation,
): readonly KeyDecision[] => {
  if (next) return now >= activationDue(next) ? [{ kind: 'activate', key: next }] : []
  const { rotationSeconds, algorithms } = settings
  if (rotationSeconds === 0 || !active) return []
  const due = (active.activeAt ?? active.createdAt) + rotationSeconds - KEY_LEAD_SECONDS
  return now >= due ? [{ kind: 'publish', purpose, algorithm: algorithms[purpose] }] : []
}

/**
 * What is due of the keys' lives: the next is published a lead before it signs, signs when it has been known for that
 * long, and a retiring one is removed when nothing it signed can be good any more. Pure.
 */
export const decideKeyRotation = (rotation: KeyRotation): readonly KeyDecision[] =>
  KEY_PURPOSES.flatMap((purpose) => {
    const set = keySetOf(rotation.keys, purpose)
    const spent = set.retiring.filter((key) => isSpent(key, rotation))
    return [...decideNext(set, purpose, rotation), ...spent.map((key): KeyDecision => ({ kind: 'remove', key }))]
  })

/** A rotation that somebody asks for. */
export type AskedRotation = {
  readonly purpose: KeyPurpose
  readonly algorithm: SigningAlgorithm
  /** Without the lead: whoever remembers JWKS refuses what the key signs until they ask again. */
  readonly atOnce: boolean
}

/**
 * What a rotation by hand does now; with a lead, the activation is left to `decideKeyRotation`. A key that is next
 * already serves, unless it is of another algorithm: then it leaves, as it has signed nothing. Pure.
 */
export const decideAskedRotation = (
  keys: readonly StoredSigningKey[],
  { purpose, algorithm, atOnce }: AskedRotation,
): { readonly former?: StoredSigningKey; readonly next: StoredSigningKey | 'new'; readonly activates: boolean } => {
  const { next } = keySetOf(keys, purpose)
  if (!next) return { next: 'new', activates: atOnce }
  if (next.algorithm === algorithm) return { next, activates: atOnce }
  return { former: next, next: 'new', activates: atOnce }
}
