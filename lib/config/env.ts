import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config, DatabaseConfig, MailConfig, MetricsConfig } from '#lib/config/config.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import type { Environment } from '#lib/config/process-env.ts'
import { readTogether, readVariable, textOf } from '#lib/config/read-variable.ts'
import { VARIABLES } from '#lib/config/variables.ts'

const DEFAULT_PORT = 3000
const DEFAULT_DATABASE: DatabaseConfig = { dialect: 'sqlite', file: './data/latchkey.db' }
const DEFAULT_CONNECTIONS = 10
const DEFAULT_STALENESS_SECONDS = 10

const WORKERS_MAX = 64
// A year and a month: one can be compared with the one before.
const USAGE_DAYS = 400
const EXCHANGE_DAYS = 90

// The cores that this process may use, which a container's quota bounds as well.
const defaultWorkers = (): number => Math.min(availableParallelism(), WORKERS_MAX)

const readDatabase = (env: Environment): DatabaseConfig => {
  // Read whatever the database, so that a bad value never goes unnoticed.
  const connections = readVariable(env, VARIABLES.connections) ?? DEFAULT_CONNECTIONS
  const stalenessSeconds = readVariable(env, VARIABLES.stalenessSeconds) ?? DEFAULT_STALENESS_SECONDS
  const database = readVariable(env, VARIABLES.database) ?? DEFAULT_DATABASE
  const witness = readVariable(env, VARIABLES.witness)
  if (database.dialect === 'sqlite') return witness === undefined ? database : { ...database, witness }
  return { ...database, connections, stalenessSeconds }
}

const dataFolder = (database: DatabaseConfig): string =>
  database.dialect === 'sqlite' ? dirname(database.file) : './data'

const readMail = (env: Environment, url: string, folder: string): MailConfig => {
  const { hostname } = new URL(url)
  const domain =
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(hostname) && !/^[\d.]+$/.test(hostname) ? hostname : 'latchkey.invalid'
  const from = readVariable(env, VARIABLES.mailFrom) ?? `no-reply@${domain}`
  const smtpUrl = readVariable(env, VARIABLES.smtpUrl)
  return smtpUrl === undefined
    ? { transport: 'outbox', folder: join(folder, 'outbox'), from }
    : { transport: 'smtp', url: smtpUrl, from }
}

const readMetrics = (env: Environment): MetricsConfig | undefined => {
  const listen = readVariable(env, VARIABLES.metricsPort)
  const token = readVariable(env, VARIABLES.metricsToken)
  return listen || token !== undefined ? { listen, token } : undefined
}

const requireSecret = (env: Environment, database: DatabaseConfig): void => {
  if (database.dialect === 'sqlite' || textOf(env, VARIABLES.secrets.name) !== undefined) return
  throw new ConfigError(`LATCHKEY_SECRET is empty, but should be ${VARIABLES.secrets.expected} with PostgreSQL.`)
}

/**
 * Reads and checks every setting; what is absent or empty gets its default. Pure: reads no file, makes no secret.
 * Throws ConfigError, one line, for the first value that is not acceptable.
 */
export const readConfig = (env: Environment): Config => {
  const port = readVariable(env, VARIABLES.port) ?? DEFAULT_PORT
  const url = readVariable(env, VARIABLES.url) ?? `http://localhost:${port}`
  const database = readDatabase(env)
  requireSecret(env, database)
  const folder = dataFolder(database)
  return {
    port,
    url,
    database,
    secrets: readVariable(env, VARIABLES.secrets),
    // A folder of its own: copying the database (or the folder's *.db files) does not copy the key to it.
    secretFile: join(folder, 'secret', 'latchkey.secret'),
    bootstrap: readTogether(env, { email: VARIABLES.bootstrapEmail, password: VARIABLES.bootstrapPassword }),
    productName: readVariable(env, VARIABLES.productName) ?? 'Latchkey',
    apiUrl: readVariable(env, VARIABLES.apiUrl) ?? `${url}/api/v1/me`,
    trustedProxies: readVariable(env, VARIABLES.trustedProxies) ?? [],
    workers: readVariable(env, VARIABLES.workers) ?? defaultWorkers(),
    rank: readVariable(env, VARIABLES.rank) ?? 'normal',
    requestLimits: {
      tenant: readVariable(env, VARIABLES.tenantRequests) || undefined,
      address: readVariable(env, VARIABLES.addressRequests) || undefined,
    },
    retention: {
      usageDays: readVariable(env, VARIABLES.usageDays) ?? USAGE_DAYS,
      exchangeDays: readVariable(env, VARIABLES.exchangeDays) ?? EXCHANGE_DAYS,
    },
    mail: readMail(env, url, folder),
    oidc: readTogether(env, {
      issuer: VARIABLES.oidcIssuer,
      clientId: VARIABLES.oidcClientId,
      clientSecret: VARIABLES.oidcClientSecret,
    }),
    githubKeys: readVariable(env, VARIABLES.githubKeys),
    log: {
      format: readVariable(env, VARIABLES.logFormat) ?? 'auto',
      level: readVariable(env, VARIABLES.logLevel) ?? 'info',
    },
    metrics: readMetrics(env),
    otlpEndpoint: readVariable(env, VARIABLES.otlpEndpoint),
  }
}
