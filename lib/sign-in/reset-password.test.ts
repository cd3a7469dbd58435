import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askForMail, CODE_REFUSED } from '#db/contract/mail-asking.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { ADA, from, NEW_BROWSER, PASSWORD, type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

const ask = (asking: Parameters<typeof askForMail>[1] = {}) => askForMail(room, { purpose: 'password', ...asking })

describe('a new password by mail', () => {
  const NEW_PASSWORD = 'an entirely new passphrase'
  const reset = (proof: { code: string } | { token: string }, cookie: string, newPassword = NEW_PASSWORD) =>
    room.signIn.resetPassword({ proof, cookie, newPassword, browser: NEW_BROWSER, trace: from() })

  it('ends every session, uses link and code up, and signs this browser in', async () => {
    const { cookie, code, token } = await ask()
    expect(room.ports.outbox[0]?.text).toContain('https://id.example/forgotten/link?token=')
    const { sid } = await reset({ code }, cookie)
    expect(await room.signIn.findPerson(room.sid)).toBeUndefined()
    expect(await room.signIn.findPerson(sid)).toMatchObject({ email: ADA.email })
    await expect(room.password()).rejects.toMatchObject({ code: 'sign_in.refused' })
    await room.password({ password: NEW_PASSWORD })
    await expect(reset({ token }, cookie, PASSWORD)).rejects.toMatchObject(CODE_REFUSED)
    expect((await auditOf(room.connection, '*')).join()).toContain('user.password_reset')
  })

  it('by the link, for somebody who never had a password', async () => {
    const { cookie, token } = await ask({ email: 'ben@example.com' })
    await reset({ token }, cookie)
    const { sid } = await room.password({ email: 'ben@example.com', password: NEW_PASSWORD })
    expect(await room.signIn.findPerson(sid)).toMatchObject({ userId: 'ben' })
  })

  it('that is too easy costs no try', async () => {
    const { cookie, code } = await ask()
    for (let count = 0; count < 8; count += 1) {
      await expect(reset({ code }, cookie, 'ada@example.com')).rejects.toMatchObject({
        fields: { newPassword: [expect.any(String)] },
      })
    }
    await reset({ code }, cookie)
  })

  it('is hashed for nobody who has not proved the address: wrong proofs are no flood', async () => {
    const { calls } = room.ports.passwordHasher
    const { cookie, code } = await ask()
    const nobody = await ask({ email: 'nobody@example.com' })
    const before = calls.hash
    for (let count = 0; count < 20; count += 1) {
      await expect(reset({ token: 'no such link' }, cookie)).rejects.toMatchObject(CODE_REFUSED)
      await expect(reset({ token: 'no such link' }, nobody.cookie)).rejects.toMatchObject(CODE_REFUSED)
    }
    await expect(reset({ code }, nobody.cookie)).rejects.toMatchObject(CODE_REFUSED)
    expect(calls.hash).toBe(before)
    await reset({ code }, cookie)
    expect(calls.hash).toBe(before + 1)
  })

  it('cannot be set by a sign-in code', async () => {
    const { cookie, code } = await ask({ purpose: 'sign-in' })
    await expect(reset({ code }, cookie)).rejects.toMatchObject(CODE_REFUSED)
    const signedIn = room.signIn.signInByMail({ proof: { code }, cookie, browser: NEW_BROWSER, trace: from() })
    await expect(signedIn).resolves.toMatchObject({ sid: expect.any(String) })
  })
})
