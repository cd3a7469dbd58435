import { isIP } from 'node:net'
import { z } from 'zod'
import type { GithubKeysConfig, LogLevel, PostgresConfig, Rank, SqliteConfig } from '#lib/config/config.ts'
import { LIMITS } from '#lib/config/limits.ts'
import type { Variable } from '#lib/config/read-variable.ts'

// Each of these may hold a password, so a refusal counts characters instead of showing them.
const countCharacters = (text: string): string => `holds ${text.length} characters`
const nameScheme = (text: string): string => `begins with ${JSON.stringify(text.split(/[:/]/, 1)[0]?.slice(0, 20))}`

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

const isHttp = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:'

const isBare = ({ username, password, hash }: URL): boolean => `${username}${password}${hash}` === ''

const isOrigin = (text: string): boolean => {
  const url = parseUrl(text)
  return url !== undefined && isHttp(url) && isBare(url) && url.pathname === '/' && url.search === ''
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const isIssuer = (text: string): boolean => {
  const url = parseUrl(text)
  if (url === undefined || !isHttp(url) || !isBare(url) || url.search !== '') return false
  return url.protocol === 'https:' || LOOPBACK.test(url.hostname)
}

const isWebAddress = (text: string): boolean => {
  const url = parseUrl(text)
  return url !== undefined && isHttp(url) && isBare(url)
}

const isScheme =
  (...schemes: readonly string[]) =>
  (text: string): boolean => {
    const url = parseUrl(text)
    return url !== undefined && schemes.includes(url.protocol) && url.hostname !== ''
  }

const isAddressRange = (text: string): boolean => {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

const integer = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .refine((value) => value >= from && value <= to)

const plainText = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u)

const SECRET_LENGTH_MIN = 32
const SECRET_DISTINCT_MIN = 10

const isStrongSecret = (text: string): boolean =>
  text.length >= SECRET_LENGTH_MIN && new Set(text).size >= SECRET_DISTINCT_MIN

const isSecretList = (secrets: readonly string[]): secrets is [string, ...string[]] =>
  secrets.length >= 1 &&
  secrets.length <= 2 &&
  new Set(secrets).size === secrets.length &&
  secrets.every(isStrongSecret)

const sqliteFile = (text: string): string | undefined => {
  const path = /^file:(?:\/\/(?=\/))?([^?#]+)$/.exec(text)?.[1]
  return path === undefined || path.startsWith('//') || path.endsWith('/') || path.startsWith(':') ? undefined : path
}

const toDatabase = (text: string): SqliteConfig | Pick<PostgresConfig, 'dialect' | 'url'> | undefined => {
  const file = sqliteFile(text)
  if (file !== undefined) return { dialect: 'sqlite', file }
  return isScheme('postgres:', 'postgresql:')(text) ? { dialect: 'postgres', url: text } : undefined
}

const database = z
  .string()
  .transform(toDatabase)
  .refine((value) => value !== undefined)

// A scheme of two letters or more: `C:\keys.json` is a path.
const toGithubKeys = (text: string): GithubKeysConfig | undefined => {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(text)) return text.endsWith('/') ? undefined : { from: 'file', path: text }
  const url = parseUrl(text)
  if (!url || !isHttp(url) || !isBare(url)) return undefined
  return url.protocol === 'https:' || LOOPBACK.test(url.hostname) ? { from: 'url', url: url.href } : undefined
}

const githubKeys = z
  .string()
  .transform(toGithubKeys)
  .refine((value) => value !== undefined)

// `9464` on this machine alone, or `10.0.0.7:9464`, `[::]:9464`.
const toListen = (text: string): { readonly host: string; readonly port: number } | undefined => {
  const [, bracketed, plain, digits = ''] = /^(?:\[([\da-f:]+)\]:|([\d.]+):)?(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain ?? '127.0.0.1'
  return digits !== '' && Number(digits) <= 65_535 && isIP(host) !== 0 ? { host, port: Number(digits) } : undefined
}

const listen = z
  .string()
  .transform(toListen)
  .refine((value) => value !== undefined)

const oneOf = <const Word extends string>(words: readonly Word[]) =>
  z.string().refine((text): text is Word => words.some((word) => word === text))

const variable = <Value>(
  name: string,
  expected: string,
  schema: z.ZodType<Value, string>,
  describe?: (text: string) => string,
): Variable<Value> => ({ name, expected, schema, ...(describe ? { describe } : {}) })

const PER_MINUTE = `a whole number from 1 to ${LIMITS.requestsPerMinute}, or 0 for no limit`

/** Every variable that Latchkey reads. README lists the same. */
export const VARIABLES = {
  port: variable('PORT', 'a whole number from 0 to 65535', integer(0, 65_535)),
  url: variable(
    'LATCHKEY_URL',
    'the address people open, without a path, such as https://portal.example.com',
    z
      .string()
      .refine(isOrigin)
      .transform((text) => new URL(text).origin),
  ),
  database: variable(
    'DATABASE_URL',
    'file:./path/to/file.db or postgres://user:password@host/database',
    database,
    nameScheme,
  ),
  witness: variable('LATCHKEY_WITNESS', 'the path of a folder', plainText(1000)),
  connections: variable('LATCHKEY_POSTGRES_CONNECTIONS', 'a whole number from 2 to 200', integer(2, 200)),
  stalenessSeconds: variable('LATCHKEY_STALENESS_SECONDS', 'a whole number from 1 to 60', integer(1, 60)),
  secrets: variable(
    'LATCHKEY_SECRET',
    'one random text of at least 32 characters (openssl rand -base64 32), or two as "new,old"',
    z.string().transform(list).refine(isSecretList),
    countCharacters,
  ),
  bootstrapEmail: variable('LATCHKEY_BOOTSTRAP_EMAIL', 'an e-mail address', z.email().max(LIMITS.emailLength)),
  bootstrapPassword: {
    ...variable(
      'LATCHKEY_BOOTSTRAP_PASSWORD',
      `${LIMITS.passwordLengthMin} to ${LIMITS.passwordLengthMax} characters`,
      z.string().min(LIMITS.passwordLengthMin).max(LIMITS.passwordLengthMax),
      countCharacters,
    ),
    verbatim: true,
  },
  productName: variable(
    'LATCHKEY_PRODUCT_NAME',
    `a name on one line of at most ${LIMITS.nameLength} characters`,
    plainText(LIMITS.nameLength),
  ),
  apiUrl: variable('LATCHKEY_API_URL', 'an http or https address', z.string().refine(isWebAddress)),
  trustedProxies: variable(
    'LATCHKEY_TRUSTED_PROXIES',
    'addresses or CIDR ranges with commas between them, such as 10.0.0.0/8,::1',
    z
      .string()
      .transform(list)
      .refine((entries) => entries.every(isAddressRange)),
  ),
  workers: variable('LATCHKEY_WORKERS', 'a whole number from 1 to 64', integer(1, 64)),
  rank: variable('LATCHKEY_RANK', 'normal or realtime', oneOf<Rank>(['normal', 'realtime'])),
  tenantRequests: variable('LATCHKEY_TENANT_REQUESTS_PER_MINUTE', PER_MINUTE, integer(0, LIMITS.requestsPerMinute)),
  addressRequests: variable('LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE', PER_MINUTE, integer(0, LIMITS.requestsPerMinute)),
  usageDays: variable('LATCHKEY_USAGE_DAYS', 'a whole number from 31 to 3650', integer(31, 3650)),
  exchangeDays: variable('LATCHKEY_EXCHANGE_DAYS', 'a whole number from 7 to 3650', integer(7, 3650)),
  smtpUrl: variable(
    'SMTP_URL',
    'smtp://user:password@host:587 or smtps://user:password@host:465',
    z.string().refine(isScheme('smtp:', 'smtps:')),
    nameScheme,
  ),
  mailFrom: variable(
    'LATCHKEY_MAIL_FROM',
    'the bare e-mail address that mails come from',
    z.email().max(LIMITS.emailLength),
  ),
  oidcIssuer: variable(
    'OIDC_ISSUER',
    'the https address of an OpenID provider (http only on this machine)',
    z.string().refine(isIssuer),
  ),
  oidcClientId: variable('OIDC_CLIENT_ID', 'the client id the provider gave', plainText(500)),
  oidcClientSecret: variable(
    'OIDC_CLIENT_SECRET',
    'the client secret the provider gave',
    plainText(1000),
    countCharacters,
  ),
  githubKeys: variable(
    'LATCHKEY_GITHUB_KEYS',
    'the path of a JSON file, or an https address (http only on this machine)',
    githubKeys,
  ),
  metricsPort: variable(
    'LATCHKEY_METRICS_PORT',
    'a port of this machine, such as 9464, or an address and a port, such as 0.0.0.0:9464',
    listen,
  ),
  metricsToken: variable(
    'LATCHKEY_METRICS_TOKEN',
    'at least 16 characters of A-Z a-z 0-9 - . _ ~ + / =',
    z.string().regex(/^[\w.~+/=-]{16,500}$/),
    countCharacters,
  ),
  otlpEndpoint: variable(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'the http or https address of a collector, such as http://127.0.0.1:4318',
    z
      .string()
      .refine(isWebAddress)
      .transform((text) => text.replace(/\/+$/, '')),
    nameScheme,
  ),
  logFormat: variable('LATCHKEY_LOG', 'json or text', oneOf(['json', 'text'])),
  logLevel: variable(
    'LATCHKEY_LOG_LEVEL',
    'error, warn, info or debug',
    oneOf<LogLevel>(['error', 'warn', 'info', 'debug']),
  ),
} as const
