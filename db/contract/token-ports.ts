import { createAccessStore } from '#db/access-store.ts'
import type { Connection } from '#db/connection.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { createKeyStore } from '#db/key-store.ts'
import { createRotationStore } from '#db/tokens/rotation-store.ts'
import { createTokenStore } from '#db/tokens/token-store.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing, type SecretRing } from '#lib/keys/secret-ring.ts'
import { createRequestLimits } from '#lib/policy/limit-requests.ts'
import type { IssueTokenPorts } from '#lib/tokens/issue-token.ts'
import type { TokensPorts } from '#lib/tokens/tokens-use-cases.ts'

/** The secret of a test's world, for a second process over the same database. */
export const FIXTURE_SECRET = 'a secret of tests that is long enough to be taken for one'

/** Limits that nobody has set. */
export const noLimits = () =>
  createRequestLimits({ tenant: undefined, address: undefined }, { seconds: () => performance.now() / 1000 })

/** The ports of tokens over a connection: real stores, real keys, a clock that stands still. */
export const tokenPorts = async (
  connection: Connection,
  clock: IssueTokenPorts['clock'],
  secretRing: SecretRing = createSecretRing([FIXTURE_SECRET]),
): Promise<TokensPorts> => {
  const keys = { clock, randomness: systemRandomness, secretRing, keyStore: createKeyStore(connection) }
  await ensureKeys(keys)
  return {
    clock,
    randomness: systemRandomness,
    secretRing,
    keyRing: await loadKeyRing({ ...keys, changeFeed: connection.feed }),
    accessStore: createAccessStore(connection),
    environmentStore: createEnvironmentStore(connection),
    tokenStore: createTokenStore(connection),
    rotationStore: createRotationStore(connection),
  }
}
