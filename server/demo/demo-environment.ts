import { dirname, join } from 'node:path'
import type { Environment } from '#lib/config/process-env.ts'
import { textOf } from '#lib/config/read-variable.ts'
import { VARIABLES } from '#lib/config/variables.ts'

const DEFAULT_DATABASE = 'file:./data/latchkey.db'

const REAL = [
  VARIABLES.database,
  VARIABLES.witness,
  VARIABLES.secrets,
  VARIABLES.bootstrapEmail,
  VARIABLES.bootstrapPassword,
  VARIABLES.smtpUrl,
  VARIABLES.oidcIssuer,
  VARIABLES.oidcClientId,
  VARIABLES.oidcClientSecret,
].map(({ name }) => name)

/**
 * The variables of a demo: a folder `demo` beside the real data, and nothing that could reach real data, mailboxes or
 * people. With a DATABASE_URL that is none, all stay as they are, for the start to refuse.
 */
export const demoEnvironment = (env: Environment): Environment => {
  const text = textOf(env, VARIABLES.database.name) ?? DEFAULT_DATABASE
  const { data: database } = VARIABLES.database.schema.safeParse(text)
  if (database === undefined) return env
  const folder = join(database.dialect === 'sqlite' ? dirname(database.file) : 'data', 'demo')
  const kept = Object.entries(env).filter(([name]) => !REAL.includes(name))
  return { ...Object.fromEntries(kept), [VARIABLES.database.name]: `file:${join(folder, 'latchkey.db')}` }
}
