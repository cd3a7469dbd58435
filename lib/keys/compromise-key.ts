import { rerunWhenStale } from '#lib/access/rerun.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type KeyActor, keyEvent } from '#lib/keys/key-event.ts'
import type { AffectedToken, KeyStep } from '#lib/keys/key-store.ts'
import { BEARER_LIFETIME_SECONDS_MAX } from '#lib/keys/key-times.ts'
import { makeKey } from '#lib/keys/make-key.ts'
import { type KeyPorts, keyStep } from '#lib/keys/rotate-keys.ts'
import { type StoredSigningKey, stateOf } from '#lib/keys/signing-key.ts'
import { MINUTE_SECONDS, toRfc3339 } from '#lib/time/duration.ts'

/** What became of a compromised key. */
export type CompromiseOutcome = {
  readonly key: StoredSigningKey
  /** What signs in its place; undefined: it did not sign, or it was compromised before. */
  readonly replacement: string | undefined
  /** False: it was known to be compromised, and this call changed nothing. */
  readonly isNew: boolean
}

// Whatever its state, but for one long removed.
const openKey = async ({ keyStore }: Pick<KeyPorts, 'keyStore'>, kid: string): Promise<StoredSigningKey> => {
  const key = (await keyStore.history()).find((each) => each.kid === kid)
  if (!key) throw new PortalError('resource.not_found', { detail: `No signing key is called ${kid}.` })
  if (stateOf(key) === 'removed') {
    const detail = `${kid} was removed at ${toRfc3339(key.removedAt ?? 0)}: nothing that it signed is good any more.`
    throw new PortalError('request.invalid', { detail })
  }
  return key
}

// A new key rather than the next one: whoever read this one may have read that one as well.
const replacing = async (ports: KeyPorts, by: KeyActor, key: StoredSigningKey): Promise<KeyStep | undefined> => {
  if (stateOf(key) !== 'active') return undefined
  const { algorithms } = await ports.keyStore.settings()
  const made = await makeKey(ports, key.purpose, algorithms[key.purpose])
  return keyStep(ports, by, 'activate', { ...made, activeAt: made.createdAt })
}

// An exchange is dated when it was asked for, and signed a moment later: some are told who need not be, none is missed.
const SIGNING_SECONDS_MAX = MINUTE_SECONDS

const exchangesOf = ({ activeAt, retiringAt }: StoredSigningKey, at: number) => ({
  from: Math.max((activeAt ?? at) - SIGNING_SECONDS_MAX, at - BEARER_LIFETIME_SECONDS_MAX),
  until: (retiringAt ?? at) + SIGNING_SECONDS_MAX,
})

/**
 * Believes nothing that a key signed from the next request on, in every process; a new key signs in its place if it
 * signed. Each token that stood on it gets a record of it. Repeated, it changes nothing. `resource.not_found`,
 * `request.invalid`.
 */
export const compromiseKey =
  (ports: KeyPorts) =>
  (by: KeyActor, kid: string): Promise<CompromiseOutcome> =>
    rerunWhenStale(async () => {
      const { keyStore, clock, randomness } = ports
      const key = await openKey(ports, kid)
      if (stateOf(key) === 'compromised') return { key, replacement: undefined, isNew: false }
      const at = clock.now()
      const replacement = await replacing(ports, by, key)
      const { purpose, algorithm } = key
      await keyStore.compromise({
        key,
        at,
        event: keyEvent(randomness, by, 'signing_key.compromised', key, at),
        replacement,
        told: { ...by, at, type: 'token.key_compromised', address: undefined, details: { kid, purpose, algorithm } },
        exchanged: exchangesOf(key, at),
      })
      return { key, replacement: replacement?.key.kid, isNew: true }
    })

const PAGE = 500

/** To whom the compromise of a key happened, a page at a time: memory stays bounded, however many they are. */
export const affectedBy = ({ keyStore }: Pick<KeyPorts, 'keyStore'>) =>
  async function* (kid: string): AsyncGenerator<readonly AffectedToken[], void> {
    let page = await keyStore.affected(kid, undefined, PAGE)
    while (page.length > 0) {
      yield page
      page = page.length < PAGE ? [] : await keyStore.affected(kid, page.at(-1), PAGE)
    }
  }
