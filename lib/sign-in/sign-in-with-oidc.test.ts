import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditOf } from '#db/contract/read-records.ts'
import { seedUser } from '#db/contract/seed-people.ts'
import { ADA, from, NEW_BROWSER, type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

const signIn = (claims: unknown) => room.signIn.signInWithOidc({ claims, browser: NEW_BROWSER, trace: from() })

describe('single sign-on', () => {
  it.each([true, 'true'])('signs in an existing person by verified address (email_verified: %j)', async (verified) => {
    const { sid } = await signIn({ sub: 'x', email: 'Ada@Example.com', email_verified: verified })
    expect(await room.signIn.findPerson(sid)).toMatchObject({ email: ADA.email, signedInAt: room.ports.time.now })
  })

  it.each([
    ['unknown', { email: 'nobody@example.com', email_verified: true }],
    ['disabled', { email: 'dora@example.com', email_verified: true }],
    ['not verified', { email: ADA.email, email_verified: false }],
    ['verified in no word', { email: ADA.email }],
    ['verified in a wrong word', { email: ADA.email, email_verified: 'yes' }],
    ['without an address', { email_verified: true }],
    ['nothing', undefined],
  ])('refuses who is %s, in the same words, and makes nobody', async (_why, claims) => {
    await expect(signIn(claims)).rejects.toMatchObject({ code: 'sign_in.not_invited', detail: undefined })
    expect((await auditOf(room.connection, '*')).join()).toContain('session.refused')
    expect(await room.ports.userStore.byEmail('nobody@example.com')).toBeUndefined()
  })

  it('takes no letter for another that it only folds into (the Kelvin sign)', async () => {
    await seedUser(room.connection, { id: 'kate', email: 'kate@example.com' })
    const signInAs = (email: string) => signIn({ email, email_verified: true })
    await expect(signInAs('\u212Aate@example.com')).rejects.toMatchObject({ code: 'sign_in.not_invited' })
    expect(await signInAs('Kate@example.com')).toBeDefined()
  })

  it('is as old as the provider says, but never of the future', async () => {
    const { now } = room.ports.time
    const old = await signIn({ email: ADA.email, email_verified: true, auth_time: now - 10 * 86_400 })
    expect(await room.signIn.findPerson(old.sid)).toMatchObject({ signedInAt: now - 10 * 86_400 })
    const future = await signIn({ email: ADA.email, email_verified: true, auth_time: now + 500 })
    expect(await room.signIn.findPerson(future.sid)).toMatchObject({ signedInAt: now })
    const strange = await signIn({ email: ADA.email, email_verified: true, auth_time: 'yesterday' })
    expect(await room.signIn.findPerson(strange.sid)).toMatchObject({ signedInAt: now })
  })
})
