import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { type Chore, runDueChores } from '#lib/chores/run-chores.ts'
import { decideMails } from '#lib/notices/decide-mails.ts'
import { listNotices } from '#lib/notices/list-notices.ts'
import { sendMails } from '#lib/notices/send-mails.ts'
import { warnExpiry } from '#lib/notices/warn-expiry.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const choresOf = (): readonly Chore[] => [
  { name: 'expiry', everySeconds: HOUR_SECONDS, work: warnExpiry(room.ports) },
  { name: 'decide', everySeconds: 30, work: decideMails(room.ports) },
  { name: 'send', everySeconds: 30, work: sendMails(room.ports) },
]
const run = (holder = 'one') => runDueChores(room.ports, holder, choresOf())()
const seed = (id: string, days: number, over: Partial<Parameters<typeof seedTokens>[1][number]> = {}) =>
  seedTokens(room.connection, [
    {
      tenantId: 'acme',
      id,
      ownerUserId: 'mia',
      createdAt: NOW - 60 * DAY_SECONDS,
      expiresAt: NOW + days * DAY_SECONDS,
      ...over,
    },
  ])
const use = async (tokenId: string) => {
  const { credentialUse } = room.connection.schema
  await amend(room.connection, (tx) =>
    tx.insert(credentialUse).values({ tenantId: 'acme', tokenId, credentialId: 'c', lastUsedAt: NOW }).returning(),
  )
}
const pass = async (days: number) => {
  for (let day = 0; day < days; day += 1) {
    room.time.now += DAY_SECONDS
    await run()
  }
}
const subjects = () => room.ports.outbox.map(({ to, subject }) => `${to.split('@')[0]}: ${subject}`)

describe('the last month of a token', () => {
  it('has four warnings, to its owner, in portal and mail', async () => {
    await seed('deploy', 40)
    await use('deploy')
    await pass(41)
    expect(subjects()).toEqual([
      'mia: Acme: “deploy” expires in 30 days',
      'mia: Acme: “deploy” expires in 14 days',
      'mia: Acme: “deploy” expires in 7 days',
      'mia: Acme: “deploy” expires in 1 day',
    ])
    const { notices } = await listNotices(room.ports)(await room.as('mia'))
    expect(notices.map(({ type, details }) => `${type} ${String(details['daysAhead'])}`)).toEqual([
      'token.expiring 1',
      'token.expiring 7',
      'token.expiring 14',
      'token.expiring 30',
    ])
  })

  it('has fewer for a shorter life', async () => {
    await seed('weekly', 7, { createdAt: NOW })
    await use('weekly')
    await pass(8)
    expect(subjects()).toEqual(['mia: Acme: “weekly” expires in 1 day'])
  })

  it('has one for what was never used, which asks', async () => {
    await seed('idle', 40)
    await pass(41)
    expect(subjects()).toEqual(['mia: Acme: “idle” expires in 30 days'])
    expect(room.ports.outbox[0]?.text).toContain('It was never used. Let it end?')
  })

  it('has them though it is paused, and none once it is revoked', async () => {
    await seed('paused', 10, { pausedAt: NOW })
    await seed('revoked', 10, { revokedAt: NOW })
    await use('paused')
    await use('revoked')
    await pass(3)
    expect(subjects()).toEqual(['mia: Acme: “paused” expires in 9 days', 'mia: Acme: “paused” expires in 7 days'])
    expect(room.ports.outbox[0]?.text).toContain('It is paused.')
  })

  it('begins anew when its end is moved', async () => {
    await seed('deploy', 7)
    await use('deploy')
    await run()
    const { tokens } = room.connection.schema
    await amend(room.connection, (tx) =>
      tx
        .update(tokens)
        .set({ expiresAt: NOW + 20 * DAY_SECONDS })
        .where(eq(tokens.id, 'deploy'))
        .returning(),
    )
    await pass(20)
    expect(subjects().map((subject) => subject.slice(-7))).toEqual([' 7 days', '14 days', ' 7 days', 'n 1 day'])
  })
})

describe('after a downtime', () => {
  it('only the nearest of the warnings that were missed is mailed', async () => {
    await seed('deploy', 31)
    await use('deploy')
    await run()
    room.time.now += 28 * DAY_SECONDS
    await run()
    expect(subjects()).toEqual(['mia: Acme: “deploy” expires in 3 days'])
  })
})

describe('who is warned of an account’s tokens', () => {
  it('are those who manage them and want it, and the team', async () => {
    await room.teamAt('tokens-team@example.com')
    await room.choose('adam', { expiry: false })
    await seed('shared', 7)
    const { tokens } = room.connection.schema
    await amend(room.connection, (tx) =>
      tx.update(tokens).set({ context: 'tenant', ownerUserId: null }).where(eq(tokens.id, 'shared')).returning(),
    )
    await run()
    expect(subjects().sort()).toEqual([
      'olga: Acme: “shared” expires in 7 days',
      'tokens-team: Acme: “shared” expires in 7 days',
    ])
  })
})

describe('once through races and crashes', () => {
  it('with two processes at a time', async () => {
    await seed('deploy', 7)
    await Promise.all([run('one'), run('other')])
    await Promise.all(
      [warnExpiry(room.ports), warnExpiry(room.ports)].map((warn) => warn({ since: 0, now: NOW + 100 })),
    )
    for (let turn = 0; turn < 3; turn += 1) {
      room.time.now += 60
      await Promise.all([run('one'), run('other')])
    }
    expect(subjects()).toEqual(['mia: Acme: “deploy” expires in 7 days'])
  })

  it('where a process died between the warning and the mail', async () => {
    await seed('deploy', 7)
    await warnExpiry(room.ports)({ since: 0, now: room.time.now })
    room.time.now += 1200
    await run('another')
    await run('another')
    expect(subjects()).toEqual(['mia: Acme: “deploy” expires in 7 days'])
  })

  it('for more than one slice', async () => {
    const many = Array.from({ length: 250 }, (_, index) => ({
      tenantId: 'acme',
      id: `token-${index}`,
      ownerUserId: 'mia',
      createdAt: NOW - 60 * DAY_SECONDS,
      expiresAt: NOW + 7 * DAY_SECONDS + (index % 3),
    }))
    await seedTokens(room.connection, many)
    await run()
    expect(subjects()).toEqual([expect.stringMatching(/, and 249 more$/)])
  })
})
