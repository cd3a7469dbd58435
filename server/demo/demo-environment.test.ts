import { describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import { demoEnvironment } from '#server/demo/demo-environment.ts'

describe('the environment of a demo', () => {
  it('keeps the demo in a folder of its own, beside the real data', () => {
    const fileOf = (env: Record<string, string>) => readConfig(demoEnvironment(env)).database
    expect(fileOf({})).toEqual({ dialect: 'sqlite', file: 'data/demo/latchkey.db' })
    expect(fileOf({ DATABASE_URL: 'file:/srv/latchkey/portal.db' })).toMatchObject({
      file: '/srv/latchkey/demo/latchkey.db',
    })
    expect(fileOf({ DATABASE_URL: 'postgres://u:p@db/latchkey' })).toMatchObject({ file: 'data/demo/latchkey.db' })
  })

  it('takes over nothing that reaches real secrets, people or mailboxes', () => {
    const config = readConfig(
      demoEnvironment({
        LATCHKEY_SECRET: 'q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue',
        LATCHKEY_WITNESS: '/srv/witness',
        LATCHKEY_BOOTSTRAP_EMAIL: 'me@example.com',
        LATCHKEY_BOOTSTRAP_PASSWORD: 'a real password of mine',
        SMTP_URL: 'smtps://me:pw@mail.example.com',
        OIDC_ISSUER: 'https://id.example.com',
        OIDC_CLIENT_ID: 'portal',
        OIDC_CLIENT_SECRET: 's3cret',
      }),
    )
    expect(config.database).toEqual({ dialect: 'sqlite', file: 'data/demo/latchkey.db' })
    expect(config).toMatchObject({
      secrets: undefined,
      secretFile: 'data/demo/secret/latchkey.secret',
      bootstrap: undefined,
      mail: { transport: 'outbox', folder: 'data/demo/outbox' },
      oidc: undefined,
    })
  })

  it('leaves address, port and names as they are set', () => {
    const env = { PORT: '8080', LATCHKEY_URL: 'https://demo.example.com', LATCHKEY_PRODUCT_NAME: 'Acme Cloud' }
    expect(readConfig(demoEnvironment(env))).toMatchObject({
      port: 8080,
      url: 'https://demo.example.com',
      productName: 'Acme Cloud',
    })
  })

  it('passes a bad value on to the start, which refuses it in one line', () => {
    for (const DATABASE_URL of ['mysql://root:pw@db/x', 'file:data/', 'file::memory:']) {
      expect(() => readConfig(demoEnvironment({ DATABASE_URL }))).toThrow(/^DATABASE_URL begins with/)
    }
  })
})
