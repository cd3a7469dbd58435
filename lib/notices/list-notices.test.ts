import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { personal, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { createNoticeStore } from '#db/notices/notice-store.ts'
import { countUnread, listNotices } from '#lib/notices/list-notices.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

describe('the notices of one second', () => {
  it('are listed newest first', async () => {
    const mia = await world.as('mia')
    const happened: string[] = []
    // Ten in a row: where chance decides, as between ids drawn at random, they do not come out in order.
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      const { token } = await world.tokens.issue(mia, personal({ name }))
      await delay(2)
      await world.tokens.revoke(mia, token.id)
      await delay(2)
      happened.unshift(`token.revoked ${name}`, `token.issued ${name}`)
    }
    const list = listNotices({ ...world.ports, noticeStore: createNoticeStore(world.connection) })
    const { notices } = await list(mia)
    expect(new Set(notices.map(({ at }) => at)).size).toBe(1)
    expect(notices.map(({ type, token }) => `${type} ${token.name}`)).toEqual(happened)
  })
})

it('what happens in the second in which somebody becomes a member is news to them', async () => {
  const mia = await world.as('mia')
  const { token } = await world.tokens.issue(mia, personal())
  await world.tokens.revoke(await world.as('adam'), token.id)
  const ports = { ...world.ports, noticeStore: createNoticeStore(world.connection) }
  const { notices } = await listNotices(ports)(mia)
  const { memberships } = world.connection.schema
  const joined = await world.connection.queries.select({ at: memberships.createdAt }).from(memberships)
  expect(new Set([...notices, ...joined].map(({ at }) => at)).size).toBe(1)
  expect(notices.map(({ type, isUnread }) => [type, isUnread])).toEqual([
    ['token.revoked', true],
    ['token.issued', false],
  ])
  expect(await countUnread(ports)(mia)).toBe(1)
})
