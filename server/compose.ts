import { createAccessStore } from '#db/access-store.ts'
import type { Connection } from '#db/connection.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { Ports } from '#lib/portal.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What the surroundings bring: everything else of Ports follows from the database. */
export type Surroundings = {
  readonly connection: Connection
  readonly secrets: readonly [string, ...string[]]
  readonly clock: Clock
}

/** Makes every port for real; the server, the command line and the tests compose the same way. */
export const composePorts = ({ connection, secrets, clock }: Surroundings): Ports => ({
  clock,
  randomness: systemRandomness,
  secretRing: createSecretRing(secrets),
  accessStore: createAccessStore(connection),
  environmentStore: createEnvironmentStore(connection),
})
