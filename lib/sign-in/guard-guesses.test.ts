import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createGuessStore } from '#db/guess-store.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { bucketsOf } from '#lib/sign-in/buckets.ts'
import { countAttempt, forgetAttempts, guardGuesses } from '#lib/sign-in/guard-guesses.ts'

const SECRET = 'a secret of the tests with more than thirty-two characters'
const START = 1_800_000_000

let database: TemporaryDatabase
let now: number
beforeEach(async () => {
  database = await temporaryDatabase()
  now = START
})
afterEach(() => database.remove())

const portsOver = (connection = database.connection) => ({
  guessStore: createGuessStore(connection),
  secretRing: createSecretRing([SECRET]),
  clock: { now: () => now },
})

const ADA = bucketsOf('password', { email: 'ada@example.com', address: '192.0.2.1', knownBrowser: undefined })
const EVE = bucketsOf('password', { email: 'eve@example.com', address: '192.0.2.1', knownBrowser: undefined })

const guess = (buckets = ADA, answer: 'right' | 'wrong' | 'broken' = 'wrong', ports = portsOver()) =>
  guardGuesses(ports)(buckets, async () => {
    if (answer === 'wrong') throw new PortalError('sign_in.refused')
    if (answer === 'broken') throw new PortalError('store.unavailable')
    return 'in'
  })

const codesOf = async (runs: number, ...given: Parameters<typeof guess>): Promise<readonly string[]> => {
  const codes: string[] = []
  for (let run = 0; run < runs; run += 1)
    codes.push(
      await guess(...given).then(String, (thrown: unknown) => (thrown instanceof PortalError ? thrown.code : 'x')),
    )
  return codes
}

const WRONG = 'sign_in.refused'
const SLOW = 'sign_in.slow_down'

describe('wrong guesses', () => {
  it('cost nothing five times; then the next has to wait two seconds, to the second', async () => {
    expect(await codesOf(6)).toEqual(Array(6).fill(WRONG))
    await expect(guess()).rejects.toMatchObject({ code: SLOW, retryAfterSeconds: 2 })
    now += 1
    await expect(guess()).rejects.toMatchObject({
      code: SLOW,
      retryAfterSeconds: 1,
      detail: 'There were too many attempts. Wait a second and try again.',
    })
    now += 1
    await expect(guess()).rejects.toMatchObject({ code: WRONG })
    await expect(guess()).rejects.toMatchObject({ code: SLOW, retryAfterSeconds: 4 })
  })

  it('of one account slow down no other', async () => {
    await codesOf(7)
    expect(await codesOf(1, EVE)).toEqual([WRONG])
  })

  it('of many accounts slow down the address they come from', async () => {
    for (let account = 0; account < 31; account += 1)
      await codesOf(
        1,
        bucketsOf('password', { email: `a${account}@example.com`, address: '192.0.2.9', knownBrowser: undefined }),
      )
    const next = (address: string) =>
      bucketsOf('password', { email: 'new@example.com', address, knownBrowser: undefined })
    expect(await codesOf(1, next('192.0.2.9'))).toEqual([SLOW])
    expect(await codesOf(1, next('192.0.2.10'))).toEqual([WRONG])
  })

  it('in ever new browsers that are known to the account slow down as well', async () => {
    const inBrowser = (knownBrowser: string) =>
      bucketsOf('password', { email: 'ada@example.com', address: '192.0.2.1', knownBrowser })
    for (let browser = 0; browser < 4; browser += 1)
      expect(await codesOf(5, inBrowser(`known-${browser}`))).toEqual(Array(5).fill(WRONG))
    expect(await codesOf(2, inBrowser('known-4'))).toEqual([WRONG, SLOW])
    // Strangers have a count of their own.
    expect(await codesOf(1)).toEqual([WRONG])
  })

  it('slow down even the right one, which is not tried then', async () => {
    await codesOf(6)
    let tried = 0
    const attempt = guardGuesses(portsOver())(ADA, async () => {
      tried += 1
    })
    await expect(attempt).rejects.toMatchObject({ code: SLOW })
    expect(tried).toBe(0)
  })

  it('leave no name or address in the store', async () => {
    await guess().catch(() => undefined)
    const rows = await database.connection.queries.select().from(database.connection.schema.signInGuesses)
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toMatch(/ada|192\.0/)
  })

  it('at the same moment over two connections all count', async () => {
    const other = await database.open()
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 8 }, () => guess()),
      ...Array.from({ length: 8 }, () => guess(ADA, 'wrong', portsOver(other))),
    ])
    const made = outcomes.filter(({ status, ...rest }) => status === 'rejected' && JSON.stringify(rest).includes(WRONG))
    expect(made.length).toBeGreaterThan(0)
    expect(made.length).toBeLessThanOrEqual(6)
    await other.close()
  })
})

describe('a right guess', () => {
  it('wipes what the account had, and not what the address had', async () => {
    await codesOf(5)
    expect(await guess(ADA, 'right')).toBe('in')
    expect(await codesOf(7)).toEqual([...Array(6).fill(WRONG), SLOW])
    const { signInGuesses } = database.connection.schema
    const rows = await database.connection.queries.select().from(signInGuesses)
    expect(rows.find(({ scope }) => scope === 'password-address')?.failures).toBe(5 + 6)
  })
})

describe('a store that refuses to settle', () => {
  /** Ports whose store counts and then fails, and how often it was asked to settle. */
  const refusing = () => {
    const ports = portsOver()
    const asked: unknown[] = []
    const settle = async (keys: unknown) => {
      asked.push(keys)
      throw new PortalError('store.unavailable')
    }
    return { asked, ports: { ...ports, guessStore: { ...ports.guessStore, settle } } }
  }

  it('changes nothing of how an attempt ended, and is asked once', async () => {
    for (const [answer, ended] of [
      ['right', 'in'],
      ['wrong', WRONG],
      ['broken', 'store.unavailable'],
    ] as const) {
      const { asked, ports } = refusing()
      expect(await codesOf(1, ADA, answer, ports)).toEqual([ended])
      expect(asked).toHaveLength(answer === 'wrong' ? 0 : 1)
    }
  })

  it('leaves what was counted, against which later attempts are held', async () => {
    expect(await codesOf(6, ADA, 'right', refusing().ports)).toEqual(Array(6).fill('in'))
    expect(await codesOf(1, ADA, 'right')).toEqual([SLOW])
  })
})

describe('an attempt that failed for another reason', () => {
  it('is not held against anybody', async () => {
    expect(await codesOf(20, ADA, 'broken')).toEqual(Array(20).fill('store.unavailable'))
    expect(await codesOf(1, ADA, 'right')).toEqual(['in'])
  })
})

describe('attempts that nothing can prove right', () => {
  const mails = bucketsOf('mail', { email: 'ada@example.com', address: undefined, knownBrowser: undefined })

  it('each count, until something proves them right after all', async () => {
    const count = () => countAttempt(portsOver())(mails)
    for (let mail = 0; mail < 5; mail += 1) await count()
    await expect(count()).rejects.toMatchObject({ code: SLOW, retryAfterSeconds: 60 })
    await expect(count()).rejects.toMatchObject({
      detail: 'There were too many attempts. Wait 60 seconds and try again.',
    })
    await forgetAttempts(portsOver())(mails)
    await expect(count()).resolves.toBeUndefined()
  })

  it('say minutes once there are many seconds to wait', async () => {
    for (let mail = 0; mail < 5; mail += 1) await countAttempt(portsOver())(mails)
    now += 60
    await countAttempt(portsOver())(mails)
    await expect(countAttempt(portsOver())(mails)).rejects.toMatchObject({
      retryAfterSeconds: 120,
      detail: 'There were too many attempts. Wait 2 minutes and try again.',
    })
  })
})
