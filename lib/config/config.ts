/** A SQLite database, by its file. */
export type SqliteConfig = {
  readonly dialect: 'sqlite'
  readonly file: string
  /** The folder of its witness; undefined: beside the file. */
  readonly witness?: string | undefined
}

/** A PostgreSQL database. */
export type PostgresConfig = {
  readonly dialect: 'postgres'
  readonly url: string
  /** How many connections each process may hold, beside the one over which it hears of changes. */
  readonly connections: number
  /** For how long a process goes on answering from memory when it cannot ask whether anything changed. */
  readonly stalenessSeconds: number
}

/** Where the data lives. */
export type DatabaseConfig = SqliteConfig | PostgresConfig

/** How mail leaves: over SMTP, or into a folder as `.eml` files. */
export type MailConfig =
  | { readonly transport: 'smtp'; readonly url: string; readonly from: string }
  | { readonly transport: 'outbox'; readonly folder: string; readonly from: string }

/** For how many days is kept how often tokens were used, and the exchanges in the audit trail. */
export type Retention = { readonly usageDays: number; readonly exchangeDays: number }

/** An OpenID Connect provider people may sign in with. */
export type OidcConfig = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }

/** Where the public keys lie with which GitHub signs its reports of found credentials. */
export type GithubKeysConfig =
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'url'; readonly url: string }

/** The first operator, made on an empty database. */
export type BootstrapConfig = { readonly email: string; readonly password: string }

/** Which rank the threads that answer have among all that want a core: the usual one, or one before everything usual. */
export type Rank = 'normal' | 'realtime'

/** How the log is written. */
export type LogConfig = {
  /** `auto`: text where a terminal reads it, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'text'
  readonly level: LogLevel
}

/** What is written: a level and those before it. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** Where monitoring reads figures. */
export type MetricsConfig = {
  /** An address of its own; undefined: none. */
  readonly listen: { readonly host: string; readonly port: number } | undefined
  /** What `Authorization: Bearer` has to say; with it, `/metrics` is served on the portal's own port as well. */
  readonly token: string | undefined
}

/** Everything the surroundings decide, read and checked once at start. */
export type Config = {
  /** The TCP port to listen on; 0 takes any free one. */
  readonly port: number
  /** LATCHKEY_URL as an origin (`https://portal.example.com`): no path, no slash at the end. */
  readonly url: string
  readonly database: DatabaseConfig
  /** Secrets given by LATCHKEY_SECRET, newest first; undefined: the one in `secretFile` counts. */
  readonly secrets: readonly [string, ...string[]] | undefined
  /** Where the secret is kept that the first start makes. */
  readonly secretFile: string
  readonly bootstrap: BootstrapConfig | undefined
  /** What the product is called whose API the tokens open. */
  readonly productName: string
  /** The address that the snippets call. */
  readonly apiUrl: string
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  /** How many processes answer requests. */
  readonly workers: number
  /** The rank of the thread that answers, in each of them. */
  readonly rank: Rank
  /** Requests per minute that each account, and each address, has on the token plane; undefined: no limit. */
  readonly requestLimits: { readonly tenant: number | undefined; readonly address: number | undefined }
  readonly retention: Retention
  readonly mail: MailConfig
  readonly oidc: OidcConfig | undefined
  /** Undefined: no reports are taken from GitHub, and nothing is asked of it. */
  readonly githubKeys: GithubKeysConfig | undefined
  readonly log: LogConfig
  /** Undefined: nothing is measured. */
  readonly metrics: MetricsConfig | undefined
  /** Where traces are sent, without a slash at the end; undefined: none are made. */
  readonly otlpEndpoint: string | undefined
}
