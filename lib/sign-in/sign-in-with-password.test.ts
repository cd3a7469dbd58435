import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { ADA, from, NEW_BROWSER, PASSWORD, type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'
import { toFormFailure } from '#lib/errors/form-state.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { signInUseCases } from '#lib/sign-in/sign-in-use-cases.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

const failureOf = async (attempt: Promise<unknown>) => {
  const thrown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!isPortalError(thrown)) throw new Error('was not refused')
  return thrown
}

describe('the right password', () => {
  it('starts a session that is found by its value alone', async () => {
    const { sid } = await room.password()
    expect(sid).toMatch(/^[\w-]{43}$/)
    expect(await room.signIn.findPerson(sid)).toMatchObject({ email: ADA.email, signedInAt: room.ports.time.now })
    const rows = await room.connection.queries.select().from(room.connection.schema.sessions)
    expect(JSON.stringify(rows)).not.toContain(sid)
  })

  it('is the same however its signs are composed', async () => {
    const person = await room.personOf(room.sid)
    const request = { person, browser: { sid: room.sid, known: undefined }, trace: from() }
    await room.signIn.changePassword({
      ...request,
      currentPassword: PASSWORD,
      newPassword: 'caf\u00e9 con leche y pan',
    })
    await room.password({ password: 'cafe\u0301 con leche y pan' })
    await expect(room.password({ password: 'cafe con leche y pan' })).rejects.toMatchObject({ code: 'sign_in.refused' })
  })

  it('never takes over the value that the browser came with, and ends what was behind it', async () => {
    const planted = 'A'.repeat(43)
    const first = await room.password({ browser: { sid: planted, known: undefined } })
    expect(first.sid).not.toBe(planted)
    const second = await room.password({ browser: { sid: first.sid, known: undefined } })
    expect(second.sid).not.toBe(first.sid)
    expect(await room.signIn.findPerson(planted)).toBeUndefined()
    expect(await room.signIn.findPerson(first.sid)).toBeUndefined()
    expect(await room.signIn.findPerson(room.sid)).toBeDefined()
  })

  it('is no use when the person is disabled while it is checked', async () => {
    const { connection, ports } = room
    const { users } = connection.schema
    const disableMeanwhile = async (email: string) => {
      const user = await ports.userStore.byEmail(email)
      await amend(connection, (tx) => tx.update(users).set({ disabledAt: 1, version: 1 }).returning())
      return user
    }
    const slow = signInUseCases({ ...ports, userStore: { ...ports.userStore, byEmail: disableMeanwhile } })
    const request = { email: ADA.email, password: PASSWORD, browser: NEW_BROWSER, trace: from() }
    await expect(slow.signInWithPassword(request)).rejects.toMatchObject({ code: 'sign_in.refused' })
  })
})

describe('an unknown address, a wrong password, a person without one, a disabled person', () => {
  const attempts = {
    unknown: { email: 'nobody@example.com' },
    wrong: { password: 'wrong horse battery staple' },
    without: { email: 'ben@example.com' },
    disabled: { email: 'dora@example.com' },
    empty: { password: '' },
    long: { password: 'x'.repeat(10_000) },
  }

  it('are refused in the same words, after the same work', async () => {
    const { calls } = room.ports.passwordHasher
    await room.password()
    for (const attempt of Object.values(attempts)) {
      const before = { ...calls }
      const events = (await auditOf(room.connection, '*')).length
      const failure = await failureOf(room.password({ ...attempt, trace: from(`192.0.2.${events}`) }))
      expect(toFormFailure(failure, 'r')).toEqual({
        code: 'sign_in.refused',
        message: 'The e-mail address or the password is wrong.',
        fields: {},
        requestId: 'r',
      })
      expect(calls).toEqual({ hash: before.hash, verify: before.verify + 1 })
      expect(await auditOf(room.connection, '*')).toHaveLength(events + 1)
    }
  })

  it('leave no trace of what was typed', async () => {
    await failureOf(room.password({ email: 'my-password-in-the-wrong-field', password: 'ada@example.com' }))
    const { auditEvents, signInGuesses } = room.connection.schema
    const rows = [
      await room.connection.queries.select().from(auditEvents),
      await room.connection.queries.select().from(signInGuesses),
    ]
    expect(JSON.stringify(rows)).not.toContain('my-password')
  })
})

describe('guessing', () => {
  const wrong = (changes: Parameters<typeof room.password>[0] = {}) =>
    failureOf(room.password({ password: 'wrong horse battery staple', ...changes }))

  it('is slowed down more and more, for the right password too, and never for good', async () => {
    for (let count = 0; count < 6; count += 1) expect((await wrong()).code).toBe('sign_in.refused')
    const { calls } = room.ports.passwordHasher
    const verified = calls.verify
    const slowed = await wrong()
    expect(slowed).toMatchObject({ code: 'sign_in.slow_down', retryAfterSeconds: 2 })
    await expect(room.password()).rejects.toMatchObject({ code: 'sign_in.slow_down' })
    expect(calls.verify).toBe(verified)
    const waits: number[] = []
    for (let count = 0; count < 12; count += 1) {
      const { retryAfterSeconds = 0 } = await wrong()
      waits.push(retryAfterSeconds)
      room.ports.time.now += retryAfterSeconds
      expect((await wrong()).code).toBe('sign_in.refused')
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
    room.ports.time.now += 900
    await room.password()
    expect((await wrong()).code).toBe('sign_in.refused')
  })

  it('by strangers does not keep the owner out of a browser that has signed in before', async () => {
    const { known } = await room.password()
    for (let count = 0; count < 6; count += 1) await wrong({ trace: from(`198.51.100.${count}`) })
    await expect(room.password()).rejects.toMatchObject({ code: 'sign_in.slow_down' })
    await room.password({ browser: { sid: undefined, known } })
  })

  it('in a known browser is slowed down as well, and one account opens no other', async () => {
    const { known } = await room.password()
    const browser = { sid: undefined, known }
    for (let count = 0; count < 6; count += 1) await wrong({ browser })
    await expect(room.password({ browser })).rejects.toMatchObject({ code: 'sign_in.slow_down' })
    await room.password()
    for (let count = 0; count < 6; count += 1) await wrong({ browser, email: 'ben@example.com' })
    expect(await wrong({ email: 'ben@example.com' })).toMatchObject({ code: 'sign_in.slow_down' })
  })

  it('with a known browser made up or changed counts as a stranger', async () => {
    const { known } = await room.password()
    const forged = [
      `${known.slice(0, -1)}${known.endsWith('A') ? 'B' : 'A'}`,
      'x.y',
      `${'A'.repeat(22)}.${'A'.repeat(43)}`,
    ]
    for (let count = 0; count < 6; count += 1) await wrong({ browser: { sid: undefined, known: forged[count % 3] } })
    await expect(room.password()).rejects.toMatchObject({ code: 'sign_in.slow_down' })
  })

  it('of many accounts from one network is slowed down there, and elsewhere not', async () => {
    const guess = (index: number, address: string) => wrong({ email: `p${index}@example.com`, trace: from(address) })
    for (let index = 0; index < 31; index += 1) await guess(index, `2001:db8:1:2::${index + 1}`)
    expect(await guess(99, '2001:db8:1:2:ffff::1')).toMatchObject({ code: 'sign_in.slow_down' })
    expect((await guess(99, '2001:db8:1:3::1')).code).toBe('sign_in.refused')
  })

  it('at the same moment is counted before it is answered', async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => wrong()))
    expect(outcomes.filter(({ code }) => code === 'sign_in.refused').length).toBeLessThanOrEqual(6)
    expect(outcomes.every(({ code }) => code === 'sign_in.refused' || code === 'sign_in.slow_down')).toBe(true)
  })

  it('costs nothing where the answer failed for another reason', async () => {
    const down = signInUseCases({
      ...room.ports,
      passwordHasher: { ...room.ports.passwordHasher, verify: () => Promise.reject(new Error('out of memory')) },
    })
    const request = { email: ADA.email, password: PASSWORD, browser: NEW_BROWSER, trace: from() }
    for (let count = 0; count < 10; count += 1) {
      await expect(down.signInWithPassword(request)).rejects.toThrow('out of memory')
    }
    await room.password()
  })
})
