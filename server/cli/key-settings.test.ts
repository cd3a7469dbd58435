import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createKeyStore } from '#db/key-store.ts'
import { keyOperator } from '#lib/keys/key-event.ts'
import { ensureKeys } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { rotateKey, tendKeys } from '#lib/keys/rotate-keys.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import { keysAlgorithms } from '#server/cli/keys-algorithms.ts'
import { keysSchedule } from '#server/cli/keys-schedule.ts'
import { runCommand } from '#server/cli/run-command.ts'

let database: TemporaryDatabase
beforeEach(async () => {
  database = await temporaryDatabase()
})
afterEach(() => database.remove())

const run = async (...words: readonly string[]) => {
  const said: string[] = []
  const complained: string[] = []
  const code = await runCommand([keysSchedule, keysAlgorithms], ['keys', ...words], {
    env: { DATABASE_URL: `file:${database.file}` },
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  })
  return { code, said, complained }
}

/** The keys of the database, and a clock that stands where it is put. */
const keysAt = (time: { now: number }) => ({
  clock: { now: () => time.now },
  randomness: systemRandomness,
  secretRing: createSecretRing(['a secret of tests, long enough to be taken for one']),
  keyStore: createKeyStore(database.connection),
})

const changes = async () => {
  const rows = await database.connection.queries.select().from(database.connection.schema.auditEvents)
  return rows.filter(({ type }) => type === 'environment.settings_changed')
}

describe('keys schedule', () => {
  it('says and sets after how many days keys are replaced, recorded once', async () => {
    expect(await run('schedule')).toMatchObject({ code: 0, said: ['Each key is replaced by itself after 90 days.'] })
    expect((await run('schedule', '30')).said).toEqual(['Each key is replaced by itself after 30 days.'])
    expect((await run('schedule', '30')).said).toEqual(['Each key is replaced by itself after 30 days.'])
    expect(await changes()).toMatchObject([{ tenantId: '*', actorId: 'command-line' }])
    expect((await run('schedule', '1')).said).toEqual(['Each key is replaced by itself after a day.'])
    expect((await run('schedule', '0')).said).toEqual(['Keys are replaced by command only.'])
  })

  it('is what the keys follow from their next look on', async () => {
    const time = { now: 1_800_000_000 }
    const ports = keysAt(time)
    await ensureKeys(ports)
    time.now += 2 * DAY_SECONDS
    await tendKeys(ports)()
    expect(await ports.keyStore.list()).toHaveLength(2)
    await run('schedule', '2')
    await tendKeys(ports)()
    expect(await ports.keyStore.list()).toHaveLength(4)
    await run('schedule', '0')
    time.now += HOUR_SECONDS
    await tendKeys(ports)()
    time.now += 100 * DAY_SECONDS
    await tendKeys(ports)()
    expect((await ports.keyStore.list()).filter(({ activeAt }) => activeAt === null)).toEqual([])
  })

  it.each(['-1', '1.5', '3651', '007', 'soon', '1e2', ''])('%j is called wrongly', async (days) => {
    const { code, complained } = await run('schedule', '--', days)
    expect([code, complained.length]).toEqual([2, 1])
    expect(await changes()).toEqual([])
  })
})

describe('keys algorithms', () => {
  it('says and sets what the next key of each purpose signs with', async () => {
    expect((await run('algorithms', 'access', 'EdDSA')).said).toEqual([
      'The next bearer key signs with ES256.',
      'The next access key signs with EdDSA.',
    ])
    await run('algorithms', 'bearer', 'RS256')
    const ports = keysAt({ now: 1_800_000_000 })
    await ensureKeys(ports)
    const rotated = await rotateKey(ports)(keyOperator(systemRandomness), { purpose: 'bearer', atOnce: true })
    expect(rotated.algorithm).toBe('RS256')
    expect((await run('algorithms')).said).toContain('The next bearer key signs with RS256.')
    expect(await changes()).toHaveLength(2)
  })

  it.each([['bearer'], ['bearer', 'HS256'], ['both', 'ES256'], ['access', 'ES256', 'now']])(
    '%j is called wrongly',
    async (...words) => {
      const { code, complained } = await run('algorithms', ...words)
      expect([code, complained.length]).toEqual([2, 1])
      expect(await changes()).toEqual([])
    },
  )
})
