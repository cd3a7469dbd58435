import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { createKeyStore } from '#db/key-store.ts'
import { createSettingsStore } from '#db/settings-store.ts'
import { changeSettings, changeSettingsFromTerminal } from '#lib/tenants/change-settings.ts'

let room: Acme
beforeEach(async () => {
  room = await acme()
})
afterEach(() => room.remove())

const ports = () => ({
  ...room.ports,
  environmentStore: createEnvironmentStore(room.connection),
  keyStore: createKeyStore(room.connection),
  settingsStore: createSettingsStore(room.connection),
})
const by = (userId: string) => ({
  person: { userId, name: userId },
  trace: { requestId: 'req-1', address: undefined },
})
const refreshTokens = async () => (await ports().environmentStore.settings()).refreshTokens
const rightsVersion = async () => (await room.ports.accessStore.environment()).rightsVersion

describe('an operator', () => {
  it('switches refresh tokens off and on for the environment: recorded, told to every cache, rights moved on', async () => {
    const change = changeSettings(ports())
    await change(by('opal'), { refreshTokens: false })
    expect([await refreshTokens(), await rightsVersion()]).toEqual([false, 1])
    await change(by('opal'), { refreshTokens: true })
    expect([await refreshTokens(), await rightsVersion()]).toEqual([true, 2])
    expect(await changesOf(room.connection)).toEqual(['environment environment', 'environment environment'])
    expect(await auditOf(room.connection, '*')).toHaveLength(2)
  })

  it('sets what happens to found credentials, and leaves the rest as it is', async () => {
    await changeSettings(ports())(by('opal'), { leakReaction: 'pause' })
    expect(await ports().environmentStore.settings()).toMatchObject({ leakReaction: 'pause', refreshTokens: true })
    await changeSettings(ports())(by('opal'), { leakReaction: 'pause', refreshTokens: false })
    const events = await room.connection.queries.select().from(room.connection.schema.auditEvents)
    expect(events.map(({ details }) => JSON.parse(details))).toEqual([
      { former: { leakReaction: 'revoke' }, settings: { leakReaction: 'pause' } },
      { former: { refreshTokens: true }, settings: { refreshTokens: false } },
    ])
  })

  it('sets after how many days keys are replaced, and what the next ones sign with', async () => {
    const change = changeSettings(ports())
    await change(by('opal'), { keyRotationDays: 30, accessAlgorithm: 'EdDSA' })
    await change(by('opal'), { keyRotationDays: 30, bearerAlgorithm: 'RS256' })
    expect(await ports().keyStore.settings()).toEqual({
      rotationSeconds: 30 * 86_400,
      algorithms: { bearer: 'RS256', access: 'EdDSA' },
    })
    const events = await room.connection.queries.select().from(room.connection.schema.auditEvents)
    expect(events.map(({ details }) => JSON.parse(details))).toEqual([
      {
        former: { keyRotationSeconds: 90 * 86_400, accessAlgorithm: 'ES256' },
        settings: { keyRotationSeconds: 30 * 86_400, accessAlgorithm: 'EdDSA' },
      },
      { former: { bearerAlgorithm: 'ES256' }, settings: { bearerAlgorithm: 'RS256' } },
    ])
  })

  it.each([{ keyRotationDays: -1 }, { keyRotationDays: 1.5 }, { keyRotationDays: 3651 }])(
    'is refused %j, beside its field',
    async (asked) => {
      const refused = changeSettings(ports())(by('opal'), asked)
      await expect(refused).rejects.toMatchObject({
        code: 'request.invalid',
        fields: { keyRotationDays: expect.anything() },
      })
      expect((await ports().keyStore.settings()).rotationSeconds).toBe(90 * 86_400)
    },
  )

  it('changes nothing where it is so already', async () => {
    await changeSettings(ports())(by('opal'), { refreshTokens: true, leakReaction: 'revoke' })
    expect(await rightsVersion()).toBe(0)
    expect(await auditOf(room.connection, '*')).toEqual([])
  })
})

it('is not for others: an owner of a tenant reads 404', async () => {
  for (const who of ['olga', 'nobody'])
    await expect(changeSettings(ports())(by(who), { refreshTokens: false })).rejects.toMatchObject({
      code: 'resource.not_found',
    })
  expect(await refreshTokens()).toBe(true)
})

it('is not for an operator who is none any more when it is written', async () => {
  const { settingsStore, ...others } = ports()
  const { users } = room.connection.schema
  const dismissing: typeof settingsStore = {
    change: async (...given) => {
      await amend(room.connection, (tx) =>
        tx.update(users).set({ operatorSince: null }).where(eq(users.id, 'opal')).returning(),
      )
      return settingsStore.change(...given)
    },
  }
  const change = changeSettings({ ...others, settingsStore: dismissing })
  await expect(change(by('opal'), { refreshTokens: false })).rejects.toMatchObject({ code: 'resource.not_found' })
  expect(await refreshTokens()).toBe(true)
})

describe('from the terminal', () => {
  it('changes the same, by nobody who signs in', async () => {
    const change = changeSettingsFromTerminal(ports())
    expect(await change({ refreshTokens: false })).toBe(true)
    expect(await change({ refreshTokens: false })).toBe(false)
    expect([await refreshTokens(), await rightsVersion()]).toEqual([false, 1])
    const { queries, schema } = room.connection
    const events = await queries.select().from(schema.auditEvents)
    expect(events).toMatchObject([
      { type: 'environment.settings_changed', actorKind: 'system', actorId: 'command-line', targetKind: 'environment' },
    ])
    expect(JSON.parse(events[0]?.details ?? '')).toEqual({
      former: { refreshTokens: true },
      settings: { refreshTokens: false },
    })
  })

  it('runs again when something changed meanwhile', async () => {
    const { settingsStore, ...others } = ports()
    let raced = false
    const racing: typeof settingsStore = {
      change: async (...given) => {
        const { environment } = room.connection.schema
        if (!raced) await amend(room.connection, (tx) => tx.update(environment).set({ rightsVersion: 7 }).returning())
        raced = true
        return settingsStore.change(...given)
      },
    }
    await changeSettingsFromTerminal({ ...others, settingsStore: racing })({ refreshTokens: false })
    expect([await refreshTokens(), await rightsVersion()]).toEqual([false, 8])
  })
})
