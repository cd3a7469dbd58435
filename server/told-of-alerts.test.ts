import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { type NoticeType } from '#lib/notices/notice.ts'
import type { Portal } from '#lib/portal.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { OWNER, peopleOf, type SignedIn, settingsOf } from '#server/attack/race-world.fixture.ts'
import { keysCompromised } from '#server/cli/keys-compromised.ts'
import { composePortal } from '#server/compose.ts'

// From the event, by whichever use-case it is written, to the notice in the portal and the mail that was decided on: the
// real portal, the real command, a real database.

const BEN = 'ben@acme.example'
const TEAM = 'team@acme.example'

// People joined a while ago: what happens in the second of that is no news to them.
const time = { behind: 0 }
const clock = { now: () => Math.floor(Date.now() / 1000) - time.behind }

let folder: string
let portal: Portal
let records: Connection
let ada: SignedIn
let ben: SignedIn
beforeEach(async () => {
  time.behind = 60
  folder = mkdtempSync(join(tmpdir(), 'latchkey-told-'))
  const file = join(folder, 'latchkey.db')
  portal = await composePortal(readConfig(settingsOf(file)), { clock, choring: false })
  records = openSqlite(file)
  const { signIn } = peopleOf(portal)
  ada = await signIn(OWNER)
  await portal.members.addMember(ada.principal, { email: BEN, roleKeys: ['member'] })
  ben = await signIn(BEN)
  await portal.notices.changeTeamEmail(ada.principal, { teamEmail: TEAM })
  time.behind = 0
})
afterEach(async () => {
  await records.close()
  await portal.close()
  rmSync(folder, { recursive: true, force: true })
})

const GRANTS: Readonly<Record<'user' | 'tenant', Parameters<Portal['tokens']['issue']>[1]['grant']>> = {
  user: { mode: 'owner' },
  tenant: { mode: 'permissions', permissions: ['projects:read'] },
}

const issue = async (
  { principal }: SignedIn,
  context: 'user' | 'tenant',
  expiry: Parameters<Portal['tokens']['issue']>[1]['expiry'] = { kind: 'never' },
) => {
  const { token, secret } = await portal.tokens.issue(principal, {
    context,
    type: 'access_token',
    name: `of ${context}`,
    grant: GRANTS[context],
    expiry,
  })
  if (secret.type !== 'access_token') throw new TypeError('this is no access token')
  return { id: token.id, text: secret.accessToken }
}
type Issued = Awaited<ReturnType<typeof issue>>

const foundByStranger = ({ text }: Issued) =>
  portal.leaks.report({ credential: text }, { source: 'page', trace: { requestId: 'r', address: undefined } })

const keyCompromised = async ({ text }: Issued) => {
  const { kid } = JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString())
  await keysCompromised.run([kid, '--yes'], { env: settingsOf(join(folder, 'latchkey.db')), say: () => {} })
}

const usedAfterItsEnd =
  (by: () => SignedIn) =>
  async ({ id, text }: Issued) => {
    await portal.tokens.rotate(by().principal, id, { overlapSeconds: 0 })
    const presented = { header: 'x-api-key', text } as const
    const asked = { permissions: [], audience: undefined, address: '192.0.2.9', agent: 'cron' }
    await expect(portal.verdict.validate({ presented, ...asked })).rejects.toMatchObject({ code: 'token.revoked' })
    await portal.flushUsage()
  }

const ALERTS: readonly (readonly [NoticeType, (by: () => SignedIn) => (issued: Issued) => Promise<unknown>])[] = [
  ['token.leaked', () => foundByStranger],
  ['token.key_compromised', () => keyCompromised],
  ['credential.retired_used', usedAfterItsEnd],
]

const targetsOf = async (type: NoticeType) => {
  const { auditEvents } = records.schema
  return records.queries
    .select({ kind: auditEvents.targetKind, id: auditEvents.targetId })
    .from(auditEvents)
    .where(and(eq(auditEvents.tenantId, ada.principal.tenant.id), eq(auditEvents.type, type)))
}

const listedTo = async ({ principal }: SignedIn, type: NoticeType) => {
  const { notices } = await portal.notices.list(principal)
  return notices.filter((notice) => notice.type === type).map(({ token, isUnread }) => [token.id, isUnread])
}

const mailedAbout = async (subject: RegExp) => {
  await portal.runChores()
  const mails = await records.queries.select().from(records.schema.outgoingMails)
  return mails.filter((mail) => subject.test(mail.subject)).map(({ address }) => address)
}

const SUBJECTS: Partial<Record<NoticeType, RegExp>> = {
  'token.leaked': /was found by somebody/,
  'token.key_compromised': /its key is compromised/,
  'credential.retired_used': /^Latchkey: A retired secret of .+ was used/,
}

describe.each(ALERTS)('%s', (type, happens) => {
  it('of a personal token is told to its owner, in the portal and by mail, and to no other member', async () => {
    const issued = await issue(ben, 'user')
    await happens(() => ben)(issued)
    expect(await targetsOf(type)).toEqual([{ kind: 'token', id: issued.id }])
    expect(await listedTo(ben, type)).toEqual([[issued.id, true]])
    expect(await listedTo(ada, type)).toEqual([])
    expect(await mailedAbout(SUBJECTS[type] ?? /^$/)).toEqual([BEN])
  })

  it('of an account’s token is told to who manages it and to its team address', async () => {
    const issued = await issue(ada, 'tenant')
    await happens(() => ada)(issued)
    expect(await targetsOf(type)).toEqual([{ kind: 'token', id: issued.id }])
    expect(await listedTo(ada, type)).toEqual([[issued.id, true]])
    expect(await listedTo(ben, type)).toEqual([])
    expect((await mailedAbout(SUBJECTS[type] ?? /^$/)).sort()).toEqual([OWNER, TEAM].sort())
  })
})

describe('token.expiring', () => {
  it('is for the token that still ends then, and skipped for one that was rotated to a later end', async () => {
    const ending = await issue(ben, 'user', { kind: 'after', seconds: 8 * DAY_SECONDS })
    const rotated = await issue(ben, 'user', { kind: 'after', seconds: 8 * DAY_SECONDS })
    await portal.tokens.rotate(ben.principal, rotated.id, { expiry: { kind: 'after', seconds: 90 * DAY_SECONDS } })
    // Seven days before the end that both had.
    time.behind = -DAY_SECONDS - 60
    await portal.runChores()
    expect(await targetsOf('token.expiring')).toEqual([{ kind: 'token', id: ending.id }])
  })
})
