import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { seedEvents, seededEvent } from '#db/contract/seed-events.ts'
import { decideMails } from '#lib/notices/decide-mails.ts'
import { parseMailId } from '#lib/notices/outgoing-mail.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const decide = (since = room.time.now) => decideMails(room.ports)({ since, now: room.time.now })
const addressed = async () => (await room.rows()).filter(({ sentAt }) => sentAt === null).map(({ address }) => address)

describe('who gets a mail', () => {
  it('is the owner of a personal token, and nobody else', async () => {
    await room.happens('token.new_place', 'of-mia', { details: { agent: 'curl' } })
    await decide()
    const [mail, ...others] = await room.rows()
    expect(others).toEqual([])
    expect(mail).toMatchObject({ address: 'mia@example.com', subject: 'Acme: “of-mia” was used from a new place' })
    expect(mail?.body).toContain('https://tokens.example/a/acme/tokens/of-mia')
    expect(mail?.body).toContain('https://tokens.example/profile#mails')
    expect(mail?.body).toContain('not used by before: curl.')
  })

  it('are those who manage an account’s tokens, and its team address', async () => {
    await room.teamAt('tokens-team@example.com')
    await room.happens('token.leaked', 'of-acme')
    await decide()
    expect((await addressed()).sort()).toEqual(['adam@example.com', 'olga@example.com', 'tokens-team@example.com'])
    const toTeam = (await room.rows()).find(({ address }) => address.startsWith('tokens-team'))
    expect(toTeam?.body).toContain('https://tokens.example/a/acme/notifications')
    expect(parseMailId(toTeam?.id ?? '')).toMatchObject({ tenantId: 'acme', userId: undefined })
  })

  it('are those who want it: changes by choice alone, alerts and expiry unless they chose otherwise', async () => {
    await room.teamAt('tokens-team@example.com')
    await room.choose('adam', { alerts: false, changes: true })
    for (const type of ['token.leaked', 'token.expiring', 'token.revoked'] as const) {
      await room.happens(type, 'of-acme', { details: { daysLeft: 7 } })
    }
    await decide()
    const got = async (who: string) => (await room.rows()).filter(({ address }) => address === `${who}@example.com`)
    expect((await got('adam')).map(({ subject }) => subject).sort()).toEqual([
      'Acme: “of-acme” expires in 7 days',
      'Acme: “of-acme” was revoked',
    ])
    expect(await got('olga')).toHaveLength(2)
    expect(await got('tokens-team')).toHaveLength(2)
  })

  it('is never somebody who is disabled, or no member any more', async () => {
    await room.disable('mia')
    await room.disable('olga')
    await room.leave('adam')
    await room.happens('token.leaked', 'of-mia')
    await room.happens('token.leaked', 'of-adam')
    await room.happens('token.leaked', 'of-acme')
    await decide()
    expect(await room.rows()).toEqual([])
  })

  it('is nobody for what is no notice', async () => {
    await room.choose('mia', { changes: true })
    for (const type of ['token.exchanged', 'token.rotation_finished', 'refresh_token.revoked'] as const)
      await room.happens(type, 'of-mia')
    await decide()
    expect(await room.rows()).toEqual([])
  })
})

describe('a mail is decided on once', () => {
  it('however often the same events are read', async () => {
    await room.happens('token.leaked', 'of-acme')
    await decide()
    const before = await room.rows()
    await decide()
    room.time.now += 300
    await decide()
    expect(await room.rows()).toEqual(before)
    expect(before).toHaveLength(2)
  })

  it('by two processes at the same moment', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => room.happens('token.leaked', 'of-mia', { id: `event-${index}` })),
    )
    await Promise.all([decide(), decide(), decide()])
    expect(await room.rows()).toHaveLength(8)
    expect(await addressed()).toHaveLength(1)
  })

  it('though its event was committed later than its time says', async () => {
    await room.happens('token.leaked', 'of-mia', { at: room.time.now - 590 })
    await decide()
    expect(await addressed()).toEqual(['mia@example.com'])
  })

  it('and none of what was long before the first run', async () => {
    await room.happens('token.leaked', 'of-mia', { at: room.time.now - 3700 })
    await decide(0)
    expect(await room.rows()).toEqual([])
    await decide(room.time.now - 3700)
    expect(await addressed()).toHaveLength(1)
  })
})

describe('many of a kind', () => {
  it('become one mail for each thousand', async () => {
    const events = Array.from({ length: 1500 }, (_, index) =>
      seededEvent('token.key_compromised', { of: 'of-mia', at: room.time.now, id: `event-${index}` }),
    )
    await seedEvents(room.connection, events)
    await decide()
    const waiting = (await room.rows()).filter(({ sentAt }) => sentAt === null)
    expect(waiting.map(({ subject }) => subject)).toEqual([
      'Acme: “of-mia” works no more: its key is compromised, and 999 more',
      'Acme: “of-mia” works no more: its key is compromised, and 499 more',
    ])
    expect(waiting[0]?.body).toContain('And 950 more.')
    expect(await room.rows()).toHaveLength(1500)
    await decide()
    expect(await addressed()).toHaveLength(2)
  })

  it('are told apart by kind and by recipient', async () => {
    for (let index = 0; index < 4; index += 1) {
      await room.happens('token.leaked', 'of-acme')
      await room.happens('token.new_place', 'of-acme')
    }
    await decide()
    expect((await addressed()).sort()).toEqual([
      'adam@example.com',
      'adam@example.com',
      'olga@example.com',
      'olga@example.com',
    ])
  })
})
