import { rerunWhenStale } from '#lib/access/rerun.ts'
import {
  type AskedRotation,
  activationDue,
  decideAskedRotation,
  decideKeyRotation,
  type KeyDecision,
  keySetOf,
} from '#lib/keys/decide-key-rotation.ts'
import { type KeyActor, keyEvent, keyKeeper } from '#lib/keys/key-event.ts'
import type { KeyStep, KeyStore } from '#lib/keys/key-store.ts'
import { type MakeKeyPorts, makeKey } from '#lib/keys/make-key.ts'
import type { KeyPurpose, SigningAlgorithm, StoredSigningKey } from '#lib/keys/signing-key.ts'

/** What changing keys needs of the world. */
export type KeyPorts = MakeKeyPorts & { readonly keyStore: KeyStore }

const EVENTS = {
  publish: 'signing_key.published',
  activate: 'signing_key.activated',
  retire: 'signing_key.retired',
  remove: 'signing_key.removed',
} as const

/** A step and its record. */
export const keyStep = (
  { randomness, clock }: Pick<KeyPorts, 'randomness' | 'clock'>,
  by: KeyActor,
  kind: KeyStep['kind'],
  key: StoredSigningKey,
): KeyStep => ({ kind, key, event: keyEvent(randomness, by, EVENTS[kind], key, clock.now()) })

// One key signs: the former ceases before the next begins.
const activation = (
  ports: KeyPorts,
  by: KeyActor,
  keys: readonly StoredSigningKey[],
  key: StoredSigningKey,
): readonly KeyStep[] => {
  const { active } = keySetOf(keys, key.purpose)
  return [...(active ? [keyStep(ports, by, 'retire', active)] : []), keyStep(ports, by, 'activate', key)]
}

const stepsOf = async (
  ports: KeyPorts,
  by: KeyActor,
  keys: readonly StoredSigningKey[],
  decision: KeyDecision,
): Promise<readonly KeyStep[]> => {
  switch (decision.kind) {
    case 'publish':
      return [keyStep(ports, by, 'publish', await makeKey(ports, decision.purpose, decision.algorithm))]
    case 'activate':
      return activation(ports, by, keys, decision.key)
    case 'remove':
      return [keyStep(ports, by, 'remove', decision.key)]
  }
}

/** Does whatever is due of the keys' lives; nothing when nothing is. Safe to repeat, and to run by several at once. */
export const tendKeys = (ports: KeyPorts) => (): Promise<void> =>
  rerunWhenStale(async () => {
    const { keyStore, clock, randomness } = ports
    const now = clock.now()
    const keys = await keyStore.list()
    const settings = await keyStore.settings()
    const retiring = keySetOf(keys, 'access').retiring.map(({ kid }) => kid)
    const inUse: ReadonlySet<string> = retiring.length === 0 ? new Set() : await keyStore.inUse(retiring, now)
    const decisions = decideKeyRotation({ keys, settings, inUse, now })
    const by = keyKeeper(randomness)
    const steps: KeyStep[] = []
    for (const decision of decisions) steps.push(...(await stepsOf(ports, by, keys, decision)))
    if (steps.length > 0) await keyStore.change({ at: now, steps })
  })

/** What a rotation by hand came to. */
export type Rotation = {
  readonly purpose: KeyPurpose
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** NumericDate from which on the key signs; undefined: it does already. */
  readonly activatesAt: number | undefined
}

/**
 * Brings the next key of a purpose in: published now and active after the lead, or at once. An algorithm given here is
 * what the purpose signs with from then on; otherwise it is the one chosen before.
 */
export const rotateKey =
  (ports: KeyPorts) =>
  (by: KeyActor, asked: Omit<AskedRotation, 'algorithm'> & Partial<AskedRotation>): Promise<Rotation> =>
    rerunWhenStale(async () => {
      const { keyStore, clock } = ports
      const { purpose, atOnce } = asked
      const keys = await keyStore.list()
      const algorithm = asked.algorithm ?? (await keyStore.settings()).algorithms[purpose]
      const { former, next, activates } = decideAskedRotation(keys, { purpose, algorithm, atOnce })
      const key = next === 'new' ? await makeKey(ports, purpose, algorithm) : next
      const steps = [
        ...(former ? [keyStep(ports, by, 'remove', former)] : []),
        ...(next === 'new' ? [keyStep(ports, by, 'publish', key)] : []),
        ...(activates ? activation(ports, by, keys, key) : []),
      ]
      const chosen = asked.algorithm && { purpose, algorithm }
      if (chosen || steps.length > 0) await keyStore.change({ at: clock.now(), steps, chosen })
      return { purpose, kid: key.kid, algorithm, activatesAt: activates ? undefined : activationDue(key) }
    })
