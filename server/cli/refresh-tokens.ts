import { existsSync } from 'node:fs'
import { createAccessStore } from '#db/access-store.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { createSettingsStore } from '#db/settings-store.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import { readConfig } from '#lib/config/env.ts'
import type { Environment } from '#lib/config/process-env.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { changeSettingsFromTerminal } from '#lib/tenants/change-settings.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { databaseFile } from '#server/compose.ts'

type Terminal = { readonly env: Environment; readonly say: (line: string) => void }

const open = (env: Environment) => {
  const file = databaseFile(readConfig(env))
  // Opening makes a file, and a settled database is what this is about.
  if (!existsSync(file)) throw new ConfigError(`There is no database at ${file}: start the server once.`)
  return openSqlite(file)
}

/** `refresh-tokens on|off`: whether clients get refresh tokens where their token says nothing of it. */
export const refreshTokens = {
  name: 'refresh-tokens',
  usage: 'on|off',
  summary: 'whether clients get refresh tokens, unless their token says otherwise',
  run: async (args: readonly string[], { env, say }: Terminal): Promise<void> => {
    const [word, ...others] = args
    if ((word !== 'on' && word !== 'off') || others.length > 0) throw new ConfigError('Say on or off.')
    const connection = open(env)
    try {
      const change = changeSettingsFromTerminal({
        clock: systemClock,
        randomness: systemRandomness,
        accessStore: createAccessStore(connection),
        environmentStore: createEnvironmentStore(connection),
        settingsStore: createSettingsStore(connection),
      })
      const isChanged = await change({ refreshTokens: word === 'on' })
      say(`Refresh tokens are ${word}${isChanged ? ' from now on' : ' already'}, unless a token says otherwise.`)
    } finally {
      await connection.close()
    }
  },
}
