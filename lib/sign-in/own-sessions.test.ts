import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { ADA, from, NEW_BROWSER, PASSWORD, SECRET, type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'
import { endSessionsWrite } from '#db/session-writes.ts'
import { isSignInFresh } from '#lib/access/fresh-sign-in.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { findPerson } from '#lib/sign-in/find-person.ts'
import { SESSION_IDLE_SECONDS, SESSION_LIFETIME_SECONDS } from '#lib/sign-in/session.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

const isOpen = async (sid: string) => (await room.signIn.findPerson(sid)) !== undefined
const browserOf = (sid: string) => ({ sid, known: undefined })

describe('a session', () => {
  it('ends when it was not used for a week, and is kept by use', async () => {
    room.ports.time.now += SESSION_IDLE_SECONDS - 1
    expect(await isOpen(room.sid)).toBe(true)
    room.ports.time.now += SESSION_IDLE_SECONDS - 1
    expect(await isOpen(room.sid)).toBe(true)
    room.ports.time.now += SESSION_IDLE_SECONDS
    expect(await isOpen(room.sid)).toBe(false)
  })

  it('ends after thirty days, used or not', async () => {
    const end = room.ports.time.now + SESSION_LIFETIME_SECONDS
    while (room.ports.time.now + 6 * DAY_SECONDS < end) {
      room.ports.time.now += 6 * DAY_SECONDS
      expect(await isOpen(room.sid)).toBe(true)
    }
    room.ports.time.now = end
    expect(await isOpen(room.sid)).toBe(false)
  })

  it('notes the last visit once a minute, not at each request', async () => {
    const seen = async () =>
      (await room.connection.queries.select().from(room.connection.schema.sessions))[0]?.lastSeenAt
    const start = room.ports.time.now
    room.ports.time.now += 59
    await room.signIn.findPerson(room.sid)
    expect(await seen()).toBe(start)
    room.ports.time.now += 1
    await room.signIn.findPerson(room.sid)
    expect(await seen()).toBe(start + 60)
  })

  it('is found although the visit cannot be written, but not hidden when nothing can be read', async () => {
    const unavailable = () => Promise.reject(new PortalError('store.unavailable'))
    const { sessionStore } = room.ports
    room.ports.time.now += 120
    const readOnly = findPerson({ ...room.ports, sessionStore: { ...sessionStore, touch: unavailable } })
    expect(await readOnly(room.sid)).toMatchObject({ email: ADA.email })
    const down = findPerson({ ...room.ports, sessionStore: { ...sessionStore, find: unavailable } })
    await expect(down(room.sid)).rejects.toMatchObject({ code: 'store.unavailable' })
  })

  it('under the old secret is found while the ring holds it', async () => {
    const young = 'the young secret, long enough to be one'
    expect(await room.withSecrets(young, SECRET).findPerson(room.sid)).toBeDefined()
    expect(await room.withSecrets(young).findPerson(room.sid)).toBeUndefined()
  })

  it('ends at once when the person is disabled or their sessions are ended with them', async () => {
    const { connection } = room
    const { users } = connection.schema
    const { userId } = await room.personOf(room.sid)
    await amend(connection, (tx) => tx.update(users).set({ disabledAt: 1 }).where(eq(users.id, userId)).returning())
    expect(await isOpen(room.sid)).toBe(false)
    await amend(connection, (tx) => tx.update(users).set({ disabledAt: null }).where(eq(users.id, userId)).returning())
    expect(await isOpen(room.sid)).toBe(true)
    await connection.atomically((tx) => [endSessionsWrite(tx, connection.schema, userId, 1)])
    expect(await isOpen(room.sid)).toBe(false)
  })

  it('is not opened by its digest, its id, or a value changed in one sign', async () => {
    const [row] = await room.connection.queries.select().from(room.connection.schema.sessions)
    for (const other of [row?.digest, row?.id, `${room.sid.slice(0, -1)}~`, '']) {
      expect(await isOpen(other ?? '')).toBe(false)
    }
  })
})

describe('the list of sessions', () => {
  it('shows the open ones of this person, this one first', async () => {
    room.ports.time.now += 10
    const { sid } = await room.password({ trace: from('192.0.2.7') })
    const third = await room.password()
    await room.signIn.endSession({
      person: await room.personOf(third.sid),
      sessionId: (await room.personOf(third.sid)).sessionId ?? '',
      trace: from(),
    })
    const list = await room.signIn.listSessions(await room.personOf(room.sid))
    expect(list.map(({ isThisOne, method, address }) => [isThisOne, method, address])).toEqual([
      [true, 'setup', '192.0.2.1'],
      [false, 'password', '192.0.2.7'],
    ])
    expect(JSON.stringify(list)).not.toContain(sid)
  })
})

describe('ending sessions', () => {
  it('one of several: the others stay', async () => {
    const { sid } = await room.password()
    const other = await room.personOf(sid)
    await room.signIn.endSession({
      person: await room.personOf(room.sid),
      sessionId: other.sessionId ?? '',
      trace: from(),
    })
    expect(await isOpen(sid)).toBe(false)
    expect(await isOpen(room.sid)).toBe(true)
    expect((await auditOf(room.connection, '*')).join()).toContain(`session.ended ${other.sessionId}`)
  })

  it("somebody else's does not exist", async () => {
    const ada = await room.personOf(room.sid)
    const stranger = { ...ada, userId: 'ben' }
    const attempt = room.signIn.endSession({ person: stranger, sessionId: ada.sessionId ?? '', trace: from() })
    await expect(attempt).rejects.toMatchObject({ code: 'resource.not_found' })
    expect(await isOpen(room.sid)).toBe(true)
    expect((await auditOf(room.connection, '*')).join()).not.toContain('session.ended')
  })

  it('everywhere ends every one, this browser included', async () => {
    const { sid } = await room.password()
    expect(await room.signIn.endAllSessions({ person: await room.personOf(sid), trace: from() })).toBe(2)
    expect([await isOpen(sid), await isOpen(room.sid)]).toEqual([false, false])
  })

  it('by signing out ends this one, and a second time nothing', async () => {
    const { sid } = await room.password()
    const person = await room.personOf(room.sid)
    await room.signIn.signOut({ person, trace: from() })
    await room.signIn.signOut({ person, trace: from() })
    expect([await isOpen(room.sid), await isOpen(sid)]).toEqual([false, true])
  })
})

describe('confirming that it is still you', () => {
  it('by password makes the sign-in fresh, under a new value', async () => {
    room.ports.time.now += 3600
    const stale = await room.personOf(room.sid)
    expect(isSignInFresh(stale, room.ports.time.now)).toBe(false)
    const request = { person: stale, browser: browserOf(room.sid), trace: from() }
    await expect(room.signIn.confirmPassword({ ...request, password: 'wrong' })).rejects.toMatchObject({
      code: 'sign_in.refused',
      fields: { password: [expect.any(String)] },
    })
    expect((await auditOf(room.connection, '*')).filter((line) => line.startsWith('session.refused'))).toHaveLength(1)
    const { sid } = await room.signIn.confirmPassword({ ...request, password: PASSWORD })
    expect(isSignInFresh(await room.personOf(sid), room.ports.time.now)).toBe(true)
    expect(sid).not.toBe(room.sid)
    expect(await isOpen(room.sid)).toBe(false)
  })
})

describe('changing the password', () => {
  const NEW_PASSWORD = 'another horse, another staple'
  const change = async (changes: { currentPassword?: string; newPassword?: string } = {}) =>
    room.signIn.changePassword({
      person: await room.personOf(room.sid),
      browser: browserOf(room.sid),
      trace: from(),
      currentPassword: PASSWORD,
      newPassword: NEW_PASSWORD,
      ...changes,
    })

  it('ends every session but gives this browser a new one', async () => {
    const other = await room.password()
    const { sid } = await change()
    expect([await isOpen(other.sid), await isOpen(room.sid), await isOpen(sid)]).toEqual([false, false, true])
    await expect(room.password()).rejects.toMatchObject({ code: 'sign_in.refused' })
    await room.password({ password: NEW_PASSWORD })
    expect((await auditOf(room.connection, '*')).join()).toContain('user.password_changed')
  })

  it('asks for the present one, slowed down like a sign-in', async () => {
    for (let count = 0; count < 6; count += 1) {
      await expect(change({ currentPassword: 'wrong' })).rejects.toMatchObject({
        code: 'sign_in.refused',
        fields: { currentPassword: ['This is not your password.'] },
      })
    }
    await expect(change()).rejects.toMatchObject({ code: 'sign_in.slow_down' })
    expect(await isOpen(room.sid)).toBe(true)
  })

  it('holds the new one against the policy, with what is known of the person', async () => {
    for (const newPassword of ['short', 'ada@example.com', 'analytical cloud ada']) {
      await expect(change({ newPassword })).rejects.toMatchObject({ fields: { newPassword: [expect.any(String)] } })
    }
  })

  it('while somebody else changes it: one wins, and its sessions alone live', async () => {
    const outcomes = await Promise.allSettled([change(), change({ newPassword: 'a third horse and its staple' })])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { sessions } = room.connection.schema
    const rows = await room.connection.queries.select().from(sessions)
    expect(rows.filter(({ endedAt }) => endedAt === null)).toHaveLength(1)
  })
})

describe('the first password of somebody without one', () => {
  const BEN = { userId: 'ben', name: 'ben', email: 'ben@example.com', sessionId: 's' }
  const set = (signedInAt: number, userId = 'ben') =>
    room.signIn.setFirstPassword({
      person: { ...BEN, userId, signedInAt },
      browser: NEW_BROWSER,
      trace: from(),
      newPassword: 'an entirely new passphrase',
    })

  it('is set within ten minutes of signing in, once', async () => {
    await expect(set(room.ports.time.now - 601)).rejects.toMatchObject({ code: 'session.stale' })
    await set(room.ports.time.now)
    await room.password({ email: 'ben@example.com', password: 'an entirely new passphrase' })
    await expect(set(room.ports.time.now)).rejects.toMatchObject({ code: 'request.stale' })
    await expect(set(room.ports.time.now, 'dora')).rejects.toMatchObject({ code: 'request.stale' })
  })
})
