import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askForMail } from '#db/contract/mail-asking.ts'
import { type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

describe('purging', () => {
  it('deletes what ended long ago, and nothing that still counts', async () => {
    await askForMail(room)
    await expect(room.password({ password: 'wrong' })).rejects.toMatchObject({ code: 'sign_in.refused' })
    const { mailChallenges, signInGuesses, sessions } = room.connection.schema
    const counts = async () =>
      Promise.all(
        [mailChallenges, signInGuesses, sessions].map(
          async (table) => (await room.connection.queries.select().from(table)).length,
        ),
      )
    const before = await counts()
    await room.signIn.purge()
    expect(await counts()).toEqual(before)
    room.ports.time.now += 3 * 86_400
    await room.signIn.purge()
    expect(await counts()).toEqual([0, 0, 1])
    room.ports.time.now += 40 * 86_400
    await room.signIn.purge()
    expect(await counts()).toEqual([0, 0, 0])
  })
})
