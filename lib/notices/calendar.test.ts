import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import { noticesUseCases } from '#lib/notices/notices-use-cases.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let room: NoticeRoom
let notices: ReturnType<typeof noticesUseCases>
const trace = { requestId: 'r', address: '192.0.2.1' }
beforeEach(async () => {
  room = await noticeRoom()
  notices = noticesUseCases(room.ports)
  const expiresAt = NOW + 20 * DAY_SECONDS
  await seedTokens(room.connection, [
    { tenantId: 'acme', id: 'mine', ownerUserId: 'mia', expiresAt },
    { tenantId: 'acme', id: 'revoked', ownerUserId: 'mia', expiresAt, revokedAt: NOW },
    { tenantId: 'acme', id: 'long-past', ownerUserId: 'mia', expiresAt: NOW - 31 * DAY_SECONDS },
    { tenantId: 'acme', id: 'just-past', ownerUserId: 'mia', expiresAt: NOW - DAY_SECONDS },
    { tenantId: 'acme', id: 'shared', expiresAt },
    { tenantId: 'acme', id: 'of-olga', ownerUserId: 'olga', expiresAt },
    { tenantId: 'globex', id: 'mine-there', ownerUserId: 'mia', expiresAt: expiresAt - 1 },
    { tenantId: 'globex', id: 'shared-there', expiresAt },
  ])
})
afterEach(() => room.remove())

const make = async (userId: string) => {
  const { url } = await notices.makeCalendar({ person: room.person(userId), trace })
  return { url, secret: /\/calendar\/(.+)\.ics$/.exec(url)?.[1] ?? '' }
}
const idsIn = (text: string) => [...text.matchAll(/^UID:(.+)@/gm)].map(([, id = '']) => id).sort()
const refusalOf = (secret: string): Promise<unknown> => notices.readCalendar(secret).catch((thrown: unknown) => thrown)
const NOT_FOUND = { code: 'resource.not_found' }

describe('what a calendar holds', () => {
  it('is what its person owns, in all of their accounts', async () => {
    const { secret } = await make('mia')
    expect(idsIn(await notices.readCalendar(secret))).toEqual(['just-past', 'mine', 'mine-there'])
  })

  it('is what its person manages, by their rights of this moment', async () => {
    const { secret } = await make('adam')
    expect(idsIn(await notices.readCalendar(secret))).toEqual(['shared'])
    const { memberRoles } = room.connection.schema
    await amend(room.connection, (tx) => tx.delete(memberRoles).where(eq(memberRoles.userId, 'adam')).returning())
    expect(idsIn(await notices.readCalendar(secret))).toEqual([])
  })

  it('ends with the membership', async () => {
    const { secret } = await make('mia')
    await room.leave('mia')
    expect(idsIn(await notices.readCalendar(secret))).toEqual([])
  })
})

describe('its address', () => {
  it('holds a secret with prefix and checksum, which is stored as a digest alone', async () => {
    const { url, secret } = await make('mia')
    expect(url).toBe(`https://tokens.example/calendar/${secret}.ics`)
    expect(isSecretText('lkc_', secret)).toBe(true)
    const { calendarFeeds, auditEvents } = room.connection.schema
    const stored = await room.connection.queries.select().from(calendarFeeds)
    const recorded = await room.connection.queries.select().from(auditEvents)
    expect(JSON.stringify([stored, recorded])).not.toContain(secret.slice(4, 20))
  })

  it('is replaced by a new one, and the former opens nothing', async () => {
    const former = await make('mia')
    const present = await make('mia')
    expect(await refusalOf(former.secret)).toMatchObject(NOT_FOUND)
    expect(idsIn(await notices.readCalendar(present.secret))).toContain('mine')
    expect(await notices.calendarMadeAt({ userId: 'mia' })).toBe(room.time.now)
  })

  it('ends when its person says so, once', async () => {
    const { secret } = await make('mia')
    const asked = { person: room.person('mia'), trace }
    await notices.endCalendar(asked)
    await notices.endCalendar(asked)
    expect(await refusalOf(secret)).toMatchObject(NOT_FOUND)
    expect(await notices.calendarMadeAt({ userId: 'mia' })).toBeUndefined()
    expect(await auditOf(room.connection, '*')).toEqual(['user.calendar_ended mia', 'user.calendar_made mia'])
  })

  it('opens nothing while its person is disabled, who can make none either', async () => {
    const { secret } = await make('mia')
    await room.disable('mia')
    expect(await refusalOf(secret)).toMatchObject(NOT_FOUND)
    await expect(make('mia')).rejects.toMatchObject({ code: 'session.required' })
  })

  it('is told from every other text', async () => {
    const { secret } = await make('mia')
    const texts = [
      '',
      'lkc_',
      secret.slice(1),
      secret.toUpperCase(),
      `${secret} `,
      `${secret.slice(0, -1)}0`,
      'x'.repeat(9000),
    ]
    for (const text of texts) expect(await refusalOf(text)).toMatchObject(NOT_FOUND)
  })

  it('opens nothing where the secret it was digested under is not the ring’s', async () => {
    const { secret } = await make('mia')
    const { calendarFeeds } = room.connection.schema
    await amend(room.connection, (tx) => tx.update(calendarFeeds).set({ secretId: 'another' }).returning())
    expect(await refusalOf(secret)).toMatchObject(NOT_FOUND)
  })
})
