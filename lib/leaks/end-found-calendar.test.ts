import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { createLeakStore } from '#db/leak-store.ts'
import { createTokenStore } from '#db/tokens/token-store.ts'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { calendarLeakEvent, type LeakSource } from '#lib/leaks/leak-event.ts'
import { reportLeak } from '#lib/leaks/report-leak.ts'
import { noticesUseCases } from '#lib/notices/notices-use-cases.ts'
import { sendMails } from '#lib/notices/send-mails.ts'

let room: NoticeRoom
let notices: ReturnType<typeof noticesUseCases>
beforeEach(async () => {
  room = await noticeRoom()
  notices = noticesUseCases(room.ports)
})
afterEach(() => room.remove())

const trace = { requestId: 'req-7', address: '198.51.100.9' }
const make = async (userId: string) => {
  const { url } = await notices.makeCalendar({ person: room.person(userId), trace })
  return { url, secret: /\/calendar\/(.+)\.ics$/.exec(url)?.[1] ?? '' }
}

const report = async (text: string, source: LeakSource = 'page', foundAt?: string) => {
  const { connection, ports } = room
  const leakPorts = {
    ...ports,
    keyRing: await newKeyRing(),
    environmentStore: createEnvironmentStore(connection),
    tokenStore: createTokenStore(connection),
    leakStore: createLeakStore(connection),
  }
  return reportLeak(leakPorts)({ text, source, foundAt, trace })
}
const recognised = async (text: string) => (await report(text)).recognised
const opens = (secret: string) =>
  notices.readCalendar(secret).then(
    () => true,
    () => false,
  )
const events = async () => {
  const rows = await room.connection.queries.select().from(room.connection.schema.auditEvents)
  return rows.filter(({ type }) => type === 'user.calendar_ended')
}
const send = () => sendMails(room.ports)({ since: 0, now: room.time.now })

describe('a calendar whose address was found', () => {
  it('opens nothing any more, and nobody else’s is touched', async () => {
    const [mia, adam] = [await make('mia'), await make('adam')]
    expect(await recognised(`see ${mia.url}?x=1`)).toBe(1)
    expect([await opens(mia.secret), await opens(adam.secret)]).toEqual([false, true])
    expect(await notices.calendarMadeAt({ userId: 'mia' })).toBeUndefined()
    expect(await recognised(adam.secret)).toBe(1)
    expect(await opens(adam.secret)).toBe(false)
  })

  it('is told to its person by one mail that leads to the profile, and recorded without its secret', async () => {
    const { url, secret } = await make('mia')
    await report(url, 'github', `https://github.com/o/r/blob/1/${secret}`)
    await send()
    await send()
    expect(room.ports.outbox.map(({ to }) => to)).toEqual(['mia@example.com'])
    expect(room.ports.outbox[0]?.text).toContain('https://tokens.example/profile#calendar')
    const [event, ...more] = await events()
    expect(more).toEqual([])
    expect(event).toMatchObject({ tenantId: '*', actorId: 'github', targetId: 'mia', requestId: 'req-7' })
    expect(JSON.parse(event?.details ?? '')).toEqual({
      reason: 'leaked',
      source: 'github',
      foundAt: 'https://github.com/o/r/blob/1/[credential]',
    })
    expect(JSON.stringify([room.ports.outbox, await events()])).not.toContain(secret.slice(4, 20))
  })

  it('is thanked for alike when it is reported again, by many at once, and told of once', async () => {
    const { url, secret } = await make('mia')
    expect(new Set(await Promise.all(Array.from({ length: 6 }, () => recognised(url))))).toEqual(new Set([1]))
    expect(await recognised(secret)).toBe(1)
    await send()
    expect(room.ports.outbox).toHaveLength(1)
    expect(await events()).toHaveLength(1)
  })

  it('that was replaced takes the new one along with nothing', async () => {
    const former = await make('mia')
    const present = await make('mia')
    expect(await recognised(former.url)).toBe(0)
    expect(await opens(present.secret)).toBe(true)
    expect(await recognised(formatSecret('lkc_', new Uint8Array(32).fill(7)))).toBe(0)
    expect(await recognised(`${present.secret.slice(0, -1)}!`)).toBe(0)
    expect(await opens(present.secret)).toBe(true)
  })

  it('that was replaced between the look and the deed stays replaced', async () => {
    const former = await make('mia')
    const leakStore = createLeakStore(room.connection)
    const known = await leakStore.findCalendar(room.ports.secretRing.digests('calendar', former.secret))
    if (!known) throw new Error('it is not found')
    const present = await make('mia')
    const event = calendarLeakEvent(known, { source: 'page', foundAt: undefined, trace }, room.time.now)
    expect(await leakStore.endCalendar(known, { event, mail: { subject: 's', body: 'b' } })).toBe('repeated')
    expect(await opens(present.secret)).toBe(true)
    expect([await room.rows(), await events()]).toEqual([[], []])
  })

  it('ends for somebody who is disabled as well, and no mail goes there', async () => {
    const { url } = await make('mia')
    await room.disable('mia')
    expect(await recognised(url)).toBe(1)
    await send()
    expect(room.ports.outbox).toEqual([])
    expect(await events()).toHaveLength(1)
  })
})
