import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '#lib/config/config-error.ts'
import { readConfig } from '#lib/config/env.ts'

const SECRET = 'q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue'
const OLDER = 'A0b1C2d3E4f5G6h7I8j9K0l1M2n3O4p5'

const refusal = (env: Record<string, string>): string => {
  try {
    readConfig(env)
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.message
    throw thrown
  }
  return 'accepted'
}

describe('readConfig without any variable', () => {
  it('has a working default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      url: 'http://localhost:3000',
      database: { dialect: 'sqlite', file: './data/latchkey.db' },
      secrets: undefined,
      secretFile: 'data/secret/latchkey.secret',
      bootstrap: undefined,
      productName: 'Latchkey',
      apiUrl: 'http://localhost:3000/api/v1/me',
      trustedProxies: [],
      workers: Math.min(availableParallelism(), 64),
      rank: 'normal',
      requestLimits: { tenant: undefined, address: undefined },
      retention: { usageDays: 400, exchangeDays: 90 },
      mail: { transport: 'outbox', folder: 'data/outbox', from: 'no-reply@latchkey.invalid' },
      oidc: undefined,
      githubKeys: undefined,
      log: { format: 'auto', level: 'info' },
      metrics: undefined,
      otlpEndpoint: undefined,
    })
  })

  it('takes empty and blank values for absent ones', () => {
    const blank = { PORT: '', LATCHKEY_URL: '  ', DATABASE_URL: '', SMTP_URL: '', OIDC_ISSUER: '', LATCHKEY_SECRET: '' }
    expect(readConfig(blank)).toEqual(readConfig({}))
  })

  it('lets the other defaults follow the port, the address and the database', () => {
    const config = readConfig({ PORT: '8080', DATABASE_URL: 'file:/srv/latchkey/portal.db' })
    expect(config.url).toBe('http://localhost:8080')
    expect(config.secretFile).toBe('/srv/latchkey/secret/latchkey.secret')
    expect(config.mail).toMatchObject({ folder: '/srv/latchkey/outbox' })
    expect(readConfig({ LATCHKEY_URL: 'https://portal.example.com' })).toMatchObject({
      apiUrl: 'https://portal.example.com/api/v1/me',
      mail: { from: 'no-reply@portal.example.com' },
    })
  })
})

describe('readConfig accepts', () => {
  const accepted: readonly [Record<string, string>, object][] = [
    [{ PORT: '0' }, { port: 0 }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' }, { otlpEndpoint: 'http://127.0.0.1:4318' }],
    [{ LATCHKEY_METRICS_PORT: '9464' }, { metrics: { listen: { host: '127.0.0.1', port: 9464 }, token: undefined } }],
    [{ LATCHKEY_METRICS_PORT: '[::]:1' }, { metrics: { listen: { host: '::', port: 1 }, token: undefined } }],
    [{ LATCHKEY_METRICS_TOKEN: 'a'.repeat(16) }, { metrics: { listen: undefined, token: 'a'.repeat(16) } }],
    [{ LATCHKEY_LOG: 'json', LATCHKEY_LOG_LEVEL: 'debug' }, { log: { format: 'json', level: 'debug' } }],
    [{ PORT: ' 65535 ' }, { port: 65_535 }],
    [{ LATCHKEY_URL: 'https://Portal.Example.com/' }, { url: 'https://portal.example.com' }],
    [{ LATCHKEY_URL: 'http://[::1]:3000' }, { url: 'http://[::1]:3000' }],
    [{ LATCHKEY_URL: 'https://portal.example.com:443' }, { url: 'https://portal.example.com' }],
    [{ DATABASE_URL: 'file:portal.db' }, { database: { dialect: 'sqlite', file: 'portal.db' } }],
    [{ LATCHKEY_WITNESS: '/srv/witness' }, { database: { file: './data/latchkey.db', witness: '/srv/witness' } }],
    [{ DATABASE_URL: 'file:///srv/a.db' }, { database: { dialect: 'sqlite', file: '/srv/a.db' } }],
    [{ LATCHKEY_SECRET: SECRET }, { secrets: [SECRET] }],
    [{ LATCHKEY_SECRET: `${SECRET} , ${OLDER}` }, { secrets: [SECRET, OLDER] }],
    [
      { DATABASE_URL: 'postgres://u:p@db/latchkey', LATCHKEY_SECRET: SECRET },
      {
        database: {
          dialect: 'postgres',
          url: 'postgres://u:p@db/latchkey',
          connections: 10,
          stalenessSeconds: 10,
        },
        secretFile: 'data/secret/latchkey.secret',
      },
    ],
    [{ LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/8, ::1,fd00::/8' }, { trustedProxies: ['10.0.0.0/8', '::1', 'fd00::/8'] }],
    [{ LATCHKEY_WORKERS: '4' }, { workers: 4 }],
    [{ LATCHKEY_RANK: 'realtime' }, { rank: 'realtime' }],
    [{ LATCHKEY_USAGE_DAYS: '31' }, { retention: { usageDays: 31, exchangeDays: 90 } }],
    [{ LATCHKEY_EXCHANGE_DAYS: '7' }, { retention: { usageDays: 400, exchangeDays: 7 } }],
    [{ LATCHKEY_TENANT_REQUESTS_PER_MINUTE: '1000000' }, { requestLimits: { tenant: 1_000_000, address: undefined } }],
    [
      { LATCHKEY_TENANT_REQUESTS_PER_MINUTE: '0', LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE: '1' },
      { requestLimits: { tenant: undefined, address: 1 } },
    ],
    [{ LATCHKEY_PRODUCT_NAME: 'Acme Straße' }, { productName: 'Acme Straße' }],
    [
      { LATCHKEY_API_URL: 'https://api.example.com/v2/items?limit=1' },
      { apiUrl: 'https://api.example.com/v2/items?limit=1' },
    ],
    [
      { SMTP_URL: 'smtps://me:pw@mail.example.com', LATCHKEY_MAIL_FROM: 'portal@example.com' },
      { mail: { transport: 'smtp', url: 'smtps://me:pw@mail.example.com', from: 'portal@example.com' } },
    ],
    [
      { LATCHKEY_BOOTSTRAP_EMAIL: 'ada@example.com', LATCHKEY_BOOTSTRAP_PASSWORD: '  spaces belong to it  ' },
      { bootstrap: { email: 'ada@example.com', password: '  spaces belong to it  ' } },
    ],
    [
      { OIDC_ISSUER: 'https://id.example.com/realms/a/', OIDC_CLIENT_ID: 'portal', OIDC_CLIENT_SECRET: 's3cret' },
      { oidc: { issuer: 'https://id.example.com/realms/a/', clientId: 'portal', clientSecret: 's3cret' } },
    ],
    [
      { OIDC_ISSUER: 'http://127.0.0.1:4000', OIDC_CLIENT_ID: 'portal', OIDC_CLIENT_SECRET: 's3cret' },
      { oidc: { issuer: 'http://127.0.0.1:4000' } },
    ],
    [{ LATCHKEY_GITHUB_KEYS: './keys.json' }, { githubKeys: { from: 'file', path: './keys.json' } }],
    [
      { LATCHKEY_GITHUB_KEYS: 'https://api.github.com/meta/public_keys/secret_scanning' },
      { githubKeys: { from: 'url', url: 'https://api.github.com/meta/public_keys/secret_scanning' } },
    ],
    [
      { LATCHKEY_GITHUB_KEYS: 'http://localhost:9000/keys' },
      { githubKeys: { from: 'url', url: 'http://localhost:9000/keys' } },
    ],
  ]
  it.each(accepted)('%j', (env, expected) => {
    expect(readConfig(env)).toMatchObject(expected)
  })
})

describe('readConfig refuses, in one line', () => {
  const refused: readonly [Record<string, string>, string][] = [
    [{ PORT: 'abc' }, 'PORT is "abc", but should be a whole number from 0 to 65535.'],
    [{ PORT: '65536' }, 'PORT is "65536", but should be a whole number from 0 to 65535.'],
    [{ PORT: '1e3' }, 'PORT is "1e3", but'],
    [{ PORT: '-1' }, 'PORT is "-1", but'],
    [
      { LATCHKEY_TENANT_REQUESTS_PER_MINUTE: '1000001' },
      'LATCHKEY_TENANT_REQUESTS_PER_MINUTE is "1000001", but should be a whole number from 1 to 1000000, or 0 for no limit.',
    ],
    [{ LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE: '1.5' }, 'LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE is "1.5", but'],
    [{ LATCHKEY_URL: 'portal.example.com' }, 'LATCHKEY_URL is "portal.example.com", but should be the address'],
    [{ LATCHKEY_URL: 'https://portal.example.com/keys' }, 'LATCHKEY_URL is "https://portal.example.com/keys", but'],
    [{ LATCHKEY_URL: 'https://a:b@portal.example.com' }, 'LATCHKEY_URL is'],
    [{ LATCHKEY_URL: 'ftp://portal.example.com' }, 'LATCHKEY_URL is'],
    [{ LATCHKEY_URL: 'https://portal.example.com?a=b' }, 'LATCHKEY_URL is'],
    [{ DATABASE_URL: 'mysql://root:hunter2@db/x' }, 'DATABASE_URL begins with "mysql", but should be file:'],
    [{ DATABASE_URL: 'file::memory:' }, 'DATABASE_URL begins with "file", but'],
    [{ DATABASE_URL: 'file:a.db?mode=ro' }, 'DATABASE_URL begins with'],
    [{ DATABASE_URL: 'file://host/a.db' }, 'DATABASE_URL begins with'],
    [{ DATABASE_URL: 'file:./data/' }, 'DATABASE_URL begins with'],
    [{ DATABASE_URL: 'postgres://u:p@db/latchkey' }, 'LATCHKEY_SECRET is empty, but should be one random text'],
    [{ LATCHKEY_SECRET: 'short' }, 'LATCHKEY_SECRET holds 5 characters, but should be one random text of at least 32'],
    [{ LATCHKEY_SECRET: 'a'.repeat(64) }, 'LATCHKEY_SECRET holds 64 characters, but'],
    [{ LATCHKEY_SECRET: `${SECRET},${SECRET}` }, 'LATCHKEY_SECRET holds 65 characters, but'],
    [{ LATCHKEY_SECRET: `${SECRET},short` }, 'LATCHKEY_SECRET holds'],
    [{ LATCHKEY_SECRET: `${SECRET},${OLDER},${SECRET}x` }, 'LATCHKEY_SECRET holds'],
    [{ LATCHKEY_BOOTSTRAP_EMAIL: 'a@b.cd' }, 'LATCHKEY_BOOTSTRAP_PASSWORD is empty, but should be set together with'],
    [
      { LATCHKEY_BOOTSTRAP_EMAIL: 'nobody', LATCHKEY_BOOTSTRAP_PASSWORD: 'long enough to be good' },
      'LATCHKEY_BOOTSTRAP_EMAIL is "nobody", but should be an e-mail address.',
    ],
    [
      { LATCHKEY_BOOTSTRAP_EMAIL: 'a@b.cd', LATCHKEY_BOOTSTRAP_PASSWORD: 'tooshort' },
      'LATCHKEY_BOOTSTRAP_PASSWORD holds 8 characters, but should be 15 to 256 characters.',
    ],
    [
      { LATCHKEY_PRODUCT_NAME: 'two\nlines' },
      'LATCHKEY_PRODUCT_NAME is "two\\nlines", but should be a name on one line',
    ],
    [
      { LATCHKEY_GITHUB_KEYS: 'http://api.github.com/keys' },
      'LATCHKEY_GITHUB_KEYS is "http://api.github.com/keys", but',
    ],
    [
      { LATCHKEY_GITHUB_KEYS: 'file:///srv/keys.json' },
      'LATCHKEY_GITHUB_KEYS is "file:///srv/keys.json", but should be',
    ],
    [{ LATCHKEY_GITHUB_KEYS: './keys/' }, 'LATCHKEY_GITHUB_KEYS is "./keys/", but'],
    [{ LATCHKEY_API_URL: 'javascript:alert(1)' }, 'LATCHKEY_API_URL is "javascript:alert(1)", but'],
    [{ LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/33' }, 'LATCHKEY_TRUSTED_PROXIES is "10.0.0.0/33", but'],
    [{ LATCHKEY_TRUSTED_PROXIES: '10.0.0' }, 'LATCHKEY_TRUSTED_PROXIES is "10.0.0", but'],
    [{ LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/8/8' }, 'LATCHKEY_TRUSTED_PROXIES is'],
    [{ LATCHKEY_TRUSTED_PROXIES: 'proxy.example.com' }, 'LATCHKEY_TRUSTED_PROXIES is'],
    [
      { LATCHKEY_STALENESS_SECONDS: '0' },
      'LATCHKEY_STALENESS_SECONDS is "0", but should be a whole number from 1 to 60.',
    ],
    [
      { LATCHKEY_POSTGRES_CONNECTIONS: '1' },
      'LATCHKEY_POSTGRES_CONNECTIONS is "1", but should be a whole number from 2',
    ],
    [{ LATCHKEY_RANK: 'fifo' }, 'LATCHKEY_RANK is "fifo", but should be normal or realtime.'],
    [{ LATCHKEY_USAGE_DAYS: '30' }, 'LATCHKEY_USAGE_DAYS is "30", but should be a whole number from 31 to 3650.'],
    [{ LATCHKEY_EXCHANGE_DAYS: '6' }, 'LATCHKEY_EXCHANGE_DAYS is "6", but should be a whole number from 7 to 3650.'],
    [{ LATCHKEY_WORKERS: '0' }, 'LATCHKEY_WORKERS is "0", but should be a whole number from 1 to 64.'],
    [{ SMTP_URL: 'http://me:hunter2@mail' }, 'SMTP_URL begins with "http", but should be smtp://'],
    [{ SMTP_URL: 'mail.example.com:25' }, 'SMTP_URL begins with "mail.example.com", but'],
    [{ LATCHKEY_MAIL_FROM: 'Portal <a@b.cd>' }, 'LATCHKEY_MAIL_FROM is "Portal <a@b.cd>", but'],
    [
      { OIDC_ISSUER: 'https://id.example.com' },
      'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are empty, but should be set together with OIDC_ISSUER.',
    ],
    [
      { OIDC_ISSUER: 'http://id.example.com', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' },
      'OIDC_ISSUER is "http://id.example.com", but should be the https address',
    ],
  ]
  it.each(refused)('%j', (env, message) => {
    const said = refusal(env)
    expect(said).toContain(message)
    expect(said).not.toContain('\n')
  })

  it('shortens what is long and never shows a secret, a password or an address that may hold one', () => {
    expect(refusal({ LATCHKEY_URL: 'x'.repeat(5000) }).length).toBeLessThan(250)
    const guarded = ['DATABASE_URL', 'SMTP_URL', 'LATCHKEY_SECRET', 'OIDC_CLIENT_SECRET', 'LATCHKEY_BOOTSTRAP_PASSWORD']
    for (const name of guarded) {
      const hidden = 'hunter2\u0007'
      const together = { OIDC_ISSUER: 'https://a.bc', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }
      const first = { LATCHKEY_BOOTSTRAP_EMAIL: 'a@b.cd', LATCHKEY_BOOTSTRAP_PASSWORD: 'long enough to be good' }
      const said = refusal({ ...together, ...first, [name]: `x://${hidden}` })
      expect(said).toContain(name)
      expect(said).not.toContain('hunter2')
    }
  })
})
