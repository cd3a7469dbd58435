import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { seedEvent } from '#db/contract/seed-events.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { noticesUseCases } from '#lib/notices/notices-use-cases.ts'
import { formatCursor } from '#lib/tokens/cursor.ts'

let room: NoticeRoom
let notices: ReturnType<typeof noticesUseCases>
beforeEach(async () => {
  room = await noticeRoom()
  notices = noticesUseCases(room.ports)
  await seedTokens(room.connection, [
    { tenantId: 'globex', id: 'of-globex' },
    { tenantId: 'globex', id: 'of-mia-there', ownerUserId: 'mia' },
  ])
})
afterEach(() => room.remove())

type Happens = Parameters<typeof seedEvent>[1]
const happens = (type: Happens, of: string, over: Partial<Parameters<typeof seedEvent>[2]> = {}) =>
  seedEvent(room.connection, type, { of, ...over })
const seen = async (by: string, slug = 'acme') => {
  const { notices: found } = await notices.list(await room.as(by, slug))
  return found.map(({ type, token }) => `${type} ${token.id}`)
}
const unread = async (by: string) => notices.countUnread(await room.as(by))
const read = async (by: string, at: number) =>
  notices.markRead(await room.as(by), { until: formatCursor({ createdAt: at, id: 'z' }) })

describe('whom a notice concerns', () => {
  it('is who owns the token, whoever did it, and for account tokens who manages them', async () => {
    await happens('token.revoked', 'of-mia', { by: 'adam', at: NOW + 1 })
    await happens('token.rotated', 'of-acme', { by: 'adam', at: NOW + 2 })
    await happens('token.issued', 'of-adam', { by: 'adam', at: NOW + 3 })
    expect(await seen('mia')).toEqual(['token.revoked of-mia'])
    expect(await seen('olga')).toEqual(['token.rotated of-acme'])
    expect(await seen('adam')).toEqual(['token.issued of-adam', 'token.rotated of-acme'])
    expect(await seen('rita')).toEqual([])
  })

  it('is nobody of another tenant, though they own tokens there (rule 4)', async () => {
    await happens('token.leaked', 'of-mia-there', { tenantId: 'globex' })
    await happens('token.leaked', 'of-globex', { tenantId: 'globex' })
    // The same id under another tenant's events.
    await happens('token.leaked', 'of-mia', { tenantId: 'globex' })
    await happens('token.leaked', 'of-globex', { tenantId: 'acme' })
    expect(await seen('mia')).toEqual([])
    expect(await seen('olga')).toEqual([])
    expect(await seen('mia', 'globex')).toEqual(['token.leaked of-mia-there'])
  })

  it('leaves out what is no news', async () => {
    for (const type of ['token.exchanged', 'token.rotation_finished', 'refresh_token.revoked'] as const)
      await happens(type, 'of-mia')
    expect(await seen('mia')).toEqual([])
    expect(await unread('mia')).toBe(0)
  })

  it('ends with the right to manage', async () => {
    await happens('token.leaked', 'of-acme')
    const adam = await room.as('adam')
    const { memberRoles } = room.connection.schema
    await amend(room.connection, (tx) => tx.delete(memberRoles).returning())
    expect((await notices.list(adam)).notices).toEqual([])
    expect(await notices.countUnread(adam)).toBe(0)
  })
})

describe('pages', () => {
  it('run from newest to oldest without a gap or a repeat, events of one second included', async () => {
    for (let index = 0; index < 7; index += 1)
      await happens('token.new_place', 'of-acme', { at: NOW + 1 + Math.floor(index / 3), id: `event-${index}` })
    for (const by of ['olga', 'adam']) {
      const ids: string[] = []
      let cursor: string | null = null
      do {
        const page = await notices.list(await room.as(by), { limit: 2, ...(cursor === null ? {} : { cursor }) })
        ids.push(...page.notices.map(({ id }) => id))
        cursor = page.nextCursor
      } while (cursor !== null)
      expect(ids).toEqual(['event-6', 'event-5', 'event-4', 'event-3', 'event-2', 'event-1', 'event-0'])
    }
  })

  it('400: a cursor of somebody else’s; 422: a limit that is none', async () => {
    const mia = await room.as('mia')
    await expect(notices.list(mia, { cursor: 'x' })).rejects.toMatchObject({ code: 'request.malformed' })
    await expect(notices.list(mia, { limit: 0 })).rejects.toMatchObject({ code: 'request.invalid' })
  })
})

describe('unread', () => {
  it('is what others did since the person last read, until they read on', async () => {
    await happens('token.leaked', 'of-acme', { at: NOW + 1 })
    await happens('token.rotated', 'of-acme', { at: NOW + 2, by: 'adam' })
    expect([await unread('olga'), await unread('adam')]).toEqual([2, 1])
    const page = await notices.list(await room.as('adam'))
    expect(page.notices.map(({ isUnread }) => isUnread)).toEqual([false, true])
    await notices.markRead(await room.as('adam'), { until: page.readUntil ?? '' })
    await happens('token.leaked', 'of-acme', { at: NOW + 3 })
    expect([await unread('olga'), await unread('adam')]).toEqual([3, 1])
  })

  it('is what happened after the page was made, within its newest second as well', async () => {
    await happens('token.leaked', 'of-acme', { at: NOW + 1, id: 'event-1' })
    const { readUntil } = await notices.list(await room.as('olga'))
    await happens('token.leaked', 'of-acme', { at: NOW + 1, id: 'event-2' })
    await notices.markRead(await room.as('olga'), { until: readUntil ?? '' })
    expect(await unread('olga')).toBe(1)
    const page = await notices.list(await room.as('olga'))
    expect(page.notices.map(({ id, isUnread }) => [id, isUnread])).toEqual([
      ['event-2', true],
      ['event-1', false],
    ])
  })

  it('is nothing on an empty page, which has nothing to mark', async () => {
    expect((await notices.list(await room.as('rita'))).readUntil).toBeNull()
  })

  it('begins with the membership', async () => {
    await happens('token.leaked', 'of-acme', { at: NOW - 1000 })
    expect(await seen('olga')).toHaveLength(1)
    expect(await unread('olga')).toBe(0)
  })

  it('never goes back, nor into what is to come, and is one person’s in one tenant', async () => {
    await happens('token.leaked', 'of-acme', { at: NOW + 50 })
    await read('olga', NOW + 60)
    await read('olga', NOW + 10)
    expect([await unread('olga'), await unread('adam')]).toEqual([0, 1])
    await read('olga', NOW + 5000)
    await happens('token.leaked', 'of-acme', { at: NOW + 200 })
    expect(await unread('olga')).toBe(1)
    const foreign = notices.markRead(await room.as('olga'), { until: 'soon' })
    await expect(foreign).rejects.toMatchObject({ code: 'request.malformed' })
  })
})
