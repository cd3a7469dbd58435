import { afterEach, beforeEach, expect, it } from 'vitest'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { mailPreferences } from '#lib/notices/mail-preferences.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const ofPerson = (userId: string) => mailPreferences(room.ports)({ userId })

it('mails what has to be acted on, unless a person chose otherwise', async () => {
  expect(await ofPerson('mia')).toEqual({ expiry: true, alerts: true, changes: false })
  await room.choose('mia', { expiry: false, changes: true })
  expect(await ofPerson('mia')).toEqual({ expiry: false, alerts: true, changes: true })
  expect(await ofPerson('adam')).toEqual({ expiry: true, alerts: true, changes: false })
  await room.choose('mia', {})
  expect(await ofPerson('mia')).toEqual({ expiry: true, alerts: true, changes: false })
  expect(await auditOf(room.connection, '*')).toEqual(['user.mails_chosen mia', 'user.mails_chosen mia'])
})

it('401: a person who is disabled meanwhile, and nothing is written', async () => {
  await room.disable('mia')
  await expect(room.choose('mia', { expiry: false })).rejects.toMatchObject({ code: 'session.required' })
  expect((await ofPerson('mia')).expiry).toBe(true)
  expect(await auditOf(room.connection, '*')).toEqual([])
})
