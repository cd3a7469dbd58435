import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChallengeStore } from '#db/challenge-store.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { seedUser } from '#db/contract/seed-people.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import type { MailChallenge } from '#lib/sign-in/mail-challenge.ts'

const NOW = 1_800_000_000

const CHALLENGE: MailChallenge = {
  id: 'c',
  purpose: 'sign-in',
  userId: 'ada',
  linkDigest: 'link',
  codeDigest: 'code',
  browserDigest: 'browser',
  failures: 0,
  createdAt: NOW,
  expiresAt: NOW + 600,
}

let database: TemporaryDatabase
let store: ChallengeStore
let tries = 0
beforeEach(async () => {
  database = await temporaryDatabase()
  store = createChallengeStore(database.connection)
  await seedUser(database.connection, { id: 'ada' })
  await store.create(CHALLENGE)
})
afterEach(() => database.remove())

const tryCode = (changes: Partial<Parameters<ChallengeStore['tryCode']>[0]> = {}) => {
  tries += 1
  return store.tryCode({
    browserDigests: ['other', 'browser'],
    purpose: 'sign-in',
    now: NOW,
    event: {
      tenantId: ENVIRONMENT_SCOPE,
      id: `try ${tries}`,
      at: NOW,
      type: 'mail_code.tried',
      actor: { kind: 'anonymous', id: '', name: '' },
      target: { kind: 'environment', id: '*', name: '' },
      requestId: 'r',
      address: undefined,
      details: {},
    },
    ...changes,
  })
}

describe('tryCode', () => {
  it('counts before it answers, and answers no sixth time', async () => {
    const answers: (number | undefined)[] = []
    for (let count = 0; count < 6; count += 1) answers.push((await tryCode())?.failures)
    expect(answers).toEqual([1, 2, 3, 4, 5, undefined])
    expect(await store.byLink(['link'], NOW)).toBeUndefined()
  })

  it.each([
    ['another browser', { browserDigests: ['other'] }],
    ['another purpose', { purpose: 'password' }],
    ['too late', { now: NOW + 600 }],
  ] as const)('answers nothing for %s, but records the try', async (_what, changes) => {
    expect(await tryCode(changes)).toBeUndefined()
    expect(await auditOf(database.connection, ENVIRONMENT_SCOPE)).toEqual(['mail_code.tried *'])
    expect((await tryCode())?.failures).toBe(1)
  })
})

describe('byLink', () => {
  it('finds the live challenge and changes nothing', async () => {
    expect(await store.byLink(['x', 'link'], NOW + 599)).toEqual(CHALLENGE)
    expect(await store.byLink(['link'], NOW + 600)).toBeUndefined()
    expect(await store.byLink(['x'], NOW)).toBeUndefined()
    expect(await store.byLink([], NOW)).toBeUndefined()
  })
})

describe('purge', () => {
  it('deletes what ended before', async () => {
    await store.purge(NOW + 600)
    expect(await store.byLink(['link'], NOW)).toBeDefined()
    await store.purge(NOW + 601)
    expect(await store.byLink(['link'], NOW)).toBeUndefined()
  })
})
