import { createAccessStore } from '#db/access-store.ts'
import type { Connection } from '#db/connection.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { createKeyStore } from '#db/key-store.ts'
import { createSettingsStore } from '#db/settings-store.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { changeSettingsFromTerminal, type SettingsRequest } from '#lib/tenants/change-settings.ts'
import { systemClock } from '#server/adapters/system-clock.ts'

/** Changes a setting of the environment as whoever holds the machine; answers whether it was another one before. */
export const changeSetting = (connection: Connection, settings: SettingsRequest): Promise<boolean> =>
  changeSettingsFromTerminal({
    clock: systemClock,
    randomness: systemRandomness,
    accessStore: createAccessStore(connection),
    environmentStore: createEnvironmentStore(connection),
    keyStore: createKeyStore(connection),
    settingsStore: createSettingsStore(connection),
  })(settings)
