import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { decideMails } from '#lib/notices/decide-mails.ts'
import { backoffSeconds, sendMails } from '#lib/notices/send-mails.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const send = () => sendMails(room.ports)({ since: 0, now: room.time.now })
const decideOn = async (...of: readonly string[]) => {
  for (const token of of) await room.happens('token.leaked', token)
  await decideMails(room.ports)({ since: room.time.now, now: room.time.now })
}
const sentTo = () => room.ports.outbox.map(({ to }) => to).sort()

describe('sending', () => {
  it('hands each mail to the mail server once', async () => {
    await decideOn('of-mia', 'of-acme')
    await Promise.all([send(), send()])
    await send()
    expect(sentTo()).toEqual(['adam@example.com', 'mia@example.com', 'olga@example.com'])
    expect((await room.rows()).every(({ sentAt }) => sentAt === room.time.now)).toBe(true)
  })

  it('says the same of itself each time it is tried', async () => {
    await decideOn('of-mia')
    const [row] = await room.rows()
    room.ports.surroundings.mailIsDown = true
    await send()
    room.ports.surroundings.mailIsDown = false
    room.time.now += HOUR_SECONDS
    await send()
    expect(room.ports.outbox).toMatchObject([{ once: { id: row?.id, at: row?.createdAt } }])
  })

  it.each(['disable', 'leave'] as const)('leaves out who was gone before it came to them (%s)', async (how) => {
    await decideOn('of-mia')
    await room[how]('mia')
    await send()
    expect(sentTo()).toEqual([])
    expect(await room.rows()).toMatchObject([{ givenUpAt: room.time.now, sentAt: null }])
  })

  it('leaves out a team address that is not the account’s any more', async () => {
    await room.teamAt('old@example.com')
    await decideOn('of-acme')
    await room.teamAt('new@example.com')
    await send()
    expect(sentTo()).toEqual(['adam@example.com', 'olga@example.com'])
  })
})

describe('while the mail server is away', () => {
  it('waits longer each time, tries no more mails than it must, and gives up after two days', async () => {
    await decideOn('of-mia', 'of-acme')
    room.ports.surroundings.mailIsDown = true
    await send()
    expect((await room.rows()).filter(({ attempts }) => attempts === 1)).toHaveLength(2)
    for (let hour = 0; hour < 60; hour += 1) {
      room.time.now += HOUR_SECONDS
      await send()
      await send()
    }
    expect((await room.rows()).every(({ attempts, givenUpAt }) => attempts === 12 && givenUpAt !== null)).toBe(true)
    room.ports.surroundings.mailIsDown = false
    await send()
    expect(sentTo()).toEqual([])
    expect(room.logged.filter((line) => line.includes('given up'))).toHaveLength(3)
    expect(room.logged.join()).not.toContain('@')
  })

  it('waits two minutes at first and never more than six hours', () => {
    expect([1, 2, 3, 8, 9, 12].map(backoffSeconds)).toEqual([120, 240, 480, 15_360, 21_600, 21_600])
  })
})

it('forgets what was settled a month ago, and nothing that waits', async () => {
  await decideOn('of-mia')
  await send()
  await room.teamAt('tokens-team@example.com')
  await decideOn('of-acme')
  room.ports.surroundings.mailIsDown = true
  room.time.now += 31 * DAY_SECONDS
  await send()
  expect((await room.rows()).map(({ address }) => address).sort()).toEqual([
    'adam@example.com',
    'olga@example.com',
    'tokens-team@example.com',
  ])
})
