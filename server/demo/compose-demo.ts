import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '#lib/config/config.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import { readOrMakeSecret } from '#server/adapters/secret-file.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { composePortal, type PortalOptions } from '#server/compose.ts'
import { demoPassword } from '#server/demo/demo-password.ts'
import { PEOPLE } from '#server/demo/demo-people.ts'
import { fillDemo } from '#server/demo/fill-demo.ts'
import { createLog } from '#server/logging/log.ts'

const DATABASE = 'latchkey.db'

const databaseFile = ({ database }: Config): string => {
  if (database.dialect === 'sqlite') return database.file
  throw new ConfigError('The demo keeps its data in SQLite.')
}

const inFolder = (config: Config, folder: string): Config => ({
  ...config,
  database: { dialect: 'sqlite', file: join(folder, DATABASE) },
  secretFile: join(folder, 'secret', 'latchkey.secret'),
  mail: { transport: 'outbox', folder: join(folder, 'outbox'), from: config.mail.from },
})

const isTaken = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOTEMPTY' || thrown.code === 'EEXIST')

// Played in a folder beside it and moved there whole: a start that is broken off leaves no half-filled demo.
const ensureFilled = async (config: Config, present: number): Promise<void> => {
  const file = databaseFile(config)
  if (existsSync(file)) return
  const folder = dirname(file)
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  const draft = await mkdtemp(`${folder}.`)
  try {
    const drafted = inFolder(config, draft)
    const password = demoPassword(await readOrMakeSecret(drafted.secretFile))
    await fillDemo(drafted, join(draft, DATABASE), { password, present })
    await rename(draft, folder)
  } catch (thrown) {
    if (!isTaken(thrown)) throw thrown
    // Somebody else's start was first, and that is as good.
    if (!existsSync(file)) throw new ConfigError(`${folder} holds something that is no demo: delete or move it.`)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

const ROLES = [
  ['ada', 'Owner of Acme, Member of Birch & Vale, runs the environment'],
  ['grace', 'Admin of Acme'],
  ['alan', 'Member of Acme, Admin until last week'],
  ['edsger', 'Read-only in Acme'],
  ['hedy', 'Owner of Birch & Vale'],
] as const

const EMAIL_WIDTH = Math.max(...ROLES.map(([key]) => PEOPLE[key].email.length)) + 2

/** What the terminal says about a demo in this folder. */
const demoNotices = (folder: string, password: string): readonly string[] => [
  `This is a demo. Its data lie in ${folder}; delete that folder to have it filled anew.`,
  `Sign in as any of these; the password was made for this folder: ${password}`,
  '',
  ...ROLES.map(([key, role]) => `  ${PEOPLE[key].email.padEnd(EMAIL_WIDTH)}${role}`),
  '',
]

/** What the demo has of a portal, and the password its people sign in with until they change it. */
export type Demo = Awaited<ReturnType<typeof composePortal>> & { readonly demoPassword: string }

/**
 * The portal of a demo, filled at its first start and only opened at later ones. Its configuration has to come from
 * `demoEnvironment`, which keeps it away from real data. Throws as composePortal does.
 */
export const composeDemo = async (
  config: Config,
  { clock = systemClock, log = createLog(config.log), ...means }: PortalOptions = {},
): Promise<Demo> => {
  const folder = dirname(databaseFile(config))
  await ensureFilled(config, clock.now())
  const password = demoPassword(await readOrMakeSecret(config.secretFile))
  const portal = await composePortal(config, { ...means, clock, log })
  return { ...portal, demoPassword: password, startupNotices: async () => demoNotices(folder, password) }
}
