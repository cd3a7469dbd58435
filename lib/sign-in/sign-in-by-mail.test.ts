import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { askForMail, CODE_REFUSED } from '#db/contract/mail-asking.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { ADA, from, NEW_BROWSER, SECRET, type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { CHALLENGE_LIFETIME_SECONDS } from '#lib/sign-in/mail-challenge.ts'
import { signInUseCases } from '#lib/sign-in/sign-in-use-cases.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

type Asking = Parameters<typeof askForMail>[1]

const ask = (asking: Asking = {}) => askForMail(room, asking)

const enter = (code: string, cookie: string | undefined, known?: string) =>
  room.signIn.signInByMail({ proof: { code }, cookie, browser: { sid: undefined, known }, trace: from() })

const follow = (token: string, cookie: string | undefined) =>
  room.signIn.signInByMail({ proof: { token }, cookie, browser: NEW_BROWSER, trace: from() })

const otherCode = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('the mail', () => {
  it('holds one link and one code, and the database neither', async () => {
    const { token, code } = await ask()
    expect(room.ports.outbox).toHaveLength(1)
    expect(room.ports.outbox[0]).toMatchObject({ to: ADA.email, subject: 'Sign in to Latchkey' })
    expect(room.ports.outbox[0]?.text).toContain(`https://id.example/sign-in/link?token=${token}\n`)
    expect(code).toMatch(/^\d{6}$/)
    const rows = JSON.stringify(await room.connection.queries.select().from(room.connection.schema.mailChallenges))
    expect(rows).not.toContain(token)
    expect(rows).not.toContain(code)
  })

  it.each(['nobody@example.com', 'dora@example.com'])(
    'for %s is not sent, but the answer is the same and asked of nothing that tells',
    async (email) => {
      const { cookie } = await ask({ email })
      expect(room.ports.outbox).toEqual([])
      const { cookie: forAda } = await ask()
      expect(cookie.length - email.length * (4 / 3)).toBeCloseTo(forAda.length - ADA.email.length * (4 / 3), -1)
      expect(room.signIn.askingBrowser(cookie)).toMatchObject({ email, purpose: 'sign-in' })
      await expect(enter('123456', cookie)).rejects.toMatchObject(CODE_REFUSED)
    },
  )

  it('does not hold up the answer', async () => {
    await room.signIn.requestMail({
      email: ADA.email,
      purpose: 'sign-in',
      next: undefined,
      browser: NEW_BROWSER,
      trace: from(),
    })
    expect(await room.connection.queries.select().from(room.connection.schema.mailChallenges)).toEqual([])
    await room.ports.background.settled()
    expect(room.ports.outbox).toHaveLength(1)
  })

  it('is not sent without end: the fifth in a row has to wait, for addresses nobody has as well', async () => {
    for (const email of [ADA.email, 'nobody@example.com']) {
      for (let count = 0; count < 5; count += 1) await ask({ email })
      await expect(ask({ email })).rejects.toMatchObject({ code: 'sign_in.slow_down', retryAfterSeconds: 60 })
    }
    expect(room.ports.outbox).toHaveLength(5)
    const { known } = await room.password()
    await ask({ known })
    expect(room.ports.outbox).toHaveLength(6)
  })

  it('that led to a sign-in is not counted against the next', async () => {
    for (let count = 0; count < 12; count += 1) {
      const { cookie, code } = await ask()
      await enter(code, cookie)
    }
    expect(room.ports.outbox).toHaveLength(12)
  })
})

describe('the code', () => {
  it('signs in the browser that asked, spaces and all, once', async () => {
    const { cookie, code } = await ask({ next: '/profile' })
    expect(room.signIn.askingBrowser(cookie)?.next).toBe('/profile')
    const { sid } = await enter(` ${code.slice(0, 3)} ${code.slice(3)}`, cookie)
    expect(await room.signIn.findPerson(sid)).toMatchObject({ email: ADA.email })
    await expect(enter(code, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })

  it('signs in also where the store refuses to forget what was counted: it is used up', async () => {
    const { cookie, code, token } = await ask()
    const settle = async () => {
      throw new PortalError('store.unavailable')
    }
    const guessStore = { ...room.ports.guessStore, settle }
    const { signInByMail } = signInUseCases({ ...room.ports, guessStore })
    const { sid } = await signInByMail({ proof: { code }, cookie, browser: NEW_BROWSER, trace: from() })
    expect(await room.signIn.findPerson(sid)).toMatchObject({ email: ADA.email })
    await expect(follow(token, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })

  it('is no use in another browser, nor without the cookie, nor with one made up', async () => {
    const { code } = await ask()
    const other = await ask({ email: 'ben@example.com' })
    for (const cookie of [undefined, '', 'x.y', other.cookie, `${other.cookie}A`]) {
      await expect(enter(code, cookie)).rejects.toMatchObject(CODE_REFUSED)
    }
  })

  it('is good for ten minutes', async () => {
    const { cookie, code } = await ask()
    room.ports.time.now += CHALLENGE_LIFETIME_SECONDS
    await expect(enter(code, cookie)).rejects.toMatchObject(CODE_REFUSED)
    const second = await ask()
    room.ports.time.now += CHALLENGE_LIFETIME_SECONDS - 1
    await enter(second.code, second.cookie)
  })

  it('dies with the fifth wrong one, its link too', async () => {
    const { cookie, code, token } = await ask()
    for (let count = 0; count < 5; count += 1) {
      await expect(enter(otherCode(code), cookie)).rejects.toMatchObject(CODE_REFUSED)
    }
    await expect(enter(code, cookie)).rejects.toMatchObject(CODE_REFUSED)
    await expect(follow(token, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })

  it('cannot be guessed by asking again and again: the account slows strangers down', async () => {
    const codes: string[] = []
    for (let round = 0; round < 3; round += 1) {
      const { cookie, code } = await ask()
      for (let count = 0; count < 4; count += 1) {
        await enter(otherCode(code), cookie).catch((thrown: { code: string }) => codes.push(thrown.code))
      }
    }
    expect(codes.filter((code) => code === 'sign_in.code')).toHaveLength(11)
    expect(codes.at(-1)).toBe('sign_in.slow_down')
    const { known } = await room.password()
    const { cookie, code } = await ask({ known })
    await enter(code, cookie, known)
  })

  it('tried by many at once counts each before it is looked at', async () => {
    const { cookie, code } = await ask()
    const wrong = Array.from({ length: 20 }, () => enter(otherCode(code), cookie))
    const answers = await Promise.allSettled([...wrong, enter(code, cookie)])
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true)
    const [row] = await room.connection.queries.select().from(room.connection.schema.mailChallenges)
    expect(row?.failures).toBeGreaterThan(0)
    expect(row?.failures).toBeLessThanOrEqual(5)
  })

  it('used twice at the same moment signs in once', async () => {
    const { cookie, code } = await ask()
    const answers = await Promise.allSettled([enter(code, cookie), enter(code, cookie)])
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is no use once the person is disabled', async () => {
    const { cookie, code } = await ask()
    const { users } = room.connection.schema
    await amend(room.connection, (tx) =>
      tx.update(users).set({ disabledAt: 1 }).where(eq(users.email, ADA.email)).returning(),
    )
    await expect(enter(code, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })

  it('asked for as a new password does not sign in, nor the other way about', async () => {
    const { cookie, code, token } = await ask({ purpose: 'password' })
    await expect(enter(code, cookie)).rejects.toMatchObject(CODE_REFUSED)
    await expect(follow(token, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })

  it('is tried with the same trace left, whether there is one or not', async () => {
    const { cookie, code } = await ask()
    const nobody = await ask({ email: 'nobody@example.com' })
    for (const tried of [cookie, nobody.cookie]) {
      const before = (await auditOf(room.connection, '*')).length
      await expect(enter(otherCode(code), tried)).rejects.toMatchObject(CODE_REFUSED)
      expect(await auditOf(room.connection, '*')).toHaveLength(before + 1)
    }
  })
})

describe('the link', () => {
  it('works while strangers guess codes of the same account', async () => {
    const { cookie, token } = await ask()
    const stranger = await ask({ address: '198.51.100.1' })
    for (let count = 0; count < 12; count += 1) await enter('000000', stranger.cookie).catch(() => undefined)
    await expect(enter('000000', cookie)).rejects.toMatchObject({ code: 'sign_in.slow_down' })
    const { sid } = await follow(token, cookie)
    expect(await room.signIn.findPerson(sid)).toBeDefined()
  })

  const open = (token: string, cookie: string | undefined) =>
    room.signIn.openMailLink({ purpose: 'sign-in', token, cookie })

  it('opened in the browser that asked offers to finish, and changes nothing until then', async () => {
    const { cookie, token } = await ask()
    for (let count = 0; count < 3; count += 1) {
      expect(await open(token, cookie)).toEqual({ place: 'here', email: ADA.email })
    }
    const { sid } = await follow(token, cookie)
    expect(await room.signIn.findPerson(sid)).toMatchObject({ email: ADA.email })
    expect(await open(token, cookie)).toEqual({ place: 'gone' })
    await expect(follow(token, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })

  it('opened elsewhere shows the code to type, and signs nobody in there', async () => {
    const { cookie, token, code } = await ask()
    const stranger = await ask({ email: 'ben@example.com' })
    for (const elsewhere of [undefined, stranger.cookie]) {
      expect(await open(token, elsewhere)).toEqual({ place: 'elsewhere', code })
      await expect(follow(token, elsewhere)).rejects.toMatchObject(CODE_REFUSED)
    }
    await enter(code, cookie)
  })

  it('shows its code under a secret that has been replaced meanwhile', async () => {
    const { token, code } = await ask()
    const young = room.withSecrets('the young secret, long enough to be one', SECRET)
    expect(await young.openMailLink({ purpose: 'sign-in', token, cookie: undefined })).toEqual({
      place: 'elsewhere',
      code,
    })
  })

  it.each(['', 'x', 'A'.repeat(43)])('with the token %j is gone', async (token) => {
    const { cookie } = await ask()
    expect(await open(token, cookie)).toEqual({ place: 'gone' })
    await expect(follow(token, cookie)).rejects.toMatchObject(CODE_REFUSED)
  })
})
