import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import { keyOperator } from '#lib/keys/key-event.ts'
import { keysUseCases } from '#lib/keys/keys-use-cases.ts'
import { tendKeys } from '#lib/keys/rotate-keys.ts'
import { NOTICE_TYPES } from '#lib/notices/notice.ts'
import { warnExpiry } from '#lib/notices/warn-expiry.ts'
import { changeSettingsFromTerminal } from '#lib/tenants/change-settings.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import { finishSilentRotations } from '#lib/tokens/finish-silent-rotations.ts'
import { type TrailRoom, trailRoom } from '#server/trail.fixture.ts'

// Every mutation of tokens, their credentials, their keys and what people are told of them: with its event or not at all,
// and never with a secret in it.

let room: TrailRoom
beforeAll(async () => {
  room = await trailRoom()
})
afterAll(() => room.remove())

type Act = () => Promise<unknown>

const trace = { requestId: 'told', address: '192.0.2.8' }
const person = () => ({ ...room.ada, email: 'ada@acme.example', sessionId: 's', signedInAt: 0 })
const keys = () => keysUseCases(room.ports)
const by = () => keyOperator(room.ports.randomness)
const kidOf = (jwt: string): string => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid

const rotated = async (overlapSeconds: number) => {
  const token = await room.issue('access_token')
  const { secret } = await room.portal.tokens.rotate(room.ada, token.id, { overlapSeconds })
  const fresh = room.keep(secret.type === 'access_token' ? secret.accessToken : '')
  return { ...token, fresh }
}

const report = (text: string) => room.portal.leaks.report({ credential: text }, { source: 'page', trace })

/** For each type of event: the way to just before it, and what writes it. */
const ACTS: readonly (readonly [AuditEventType, () => Promise<Act>])[] = [
  ['token.issued', async () => () => room.issue('client_credentials')],
  [
    'token.edited',
    async () => {
      const { id } = await room.issue('client_credentials')
      return () => room.portal.tokens.edit(room.ada, id, { refreshMode: 'off', dpopRequired: true })
    },
  ],
  [
    'token.rotated',
    async () => {
      const { id } = await room.issue('access_token')
      return async () => {
        const { secret } = await room.portal.tokens.rotate(room.ada, id, { overlapSeconds: DAY_SECONDS })
        room.keep(secret.type === 'access_token' ? secret.accessToken : '')
      }
    },
  ],
  [
    'token.rotation_extended',
    async () => {
      const { id } = await rotated(DAY_SECONDS)
      return () => room.portal.tokens.extendRotation(room.ada, id, { kind: 'after', seconds: 2 * DAY_SECONDS })
    },
  ],
  [
    'token.rotation_cancelled',
    async () => {
      const { id } = await rotated(DAY_SECONDS)
      return () => room.portal.tokens.cancelRotation(room.ada, id)
    },
  ],
  [
    'token.rotation_finished',
    async () => {
      const { id } = await rotated(DAY_SECONDS)
      return () => room.portal.tokens.finishRotation(room.ada, id)
    },
  ],
  [
    'token.paused',
    async () => {
      const { id } = await room.issue('access_token')
      return () => room.portal.tokens.pause(room.ada, id)
    },
  ],
  [
    'token.resumed',
    async () => {
      const { id } = await room.issue('access_token')
      await room.portal.tokens.pause(room.ada, id)
      return () => room.portal.tokens.resume(room.ada, id)
    },
  ],
  [
    'token.revoked',
    async () => {
      const { id } = await room.issue('access_token')
      return () => room.portal.tokens.revoke(room.ada, id)
    },
  ],
  [
    'token.leaked',
    async () => {
      const { text } = await room.issue('access_token')
      return () => report(text)
    },
  ],
  [
    'token.exchanged',
    async () => {
      const client = await room.client()
      return client.exchange
    },
  ],
  [
    'refresh_token.retry_refused',
    async () => {
      const client = await room.client()
      const { refresh } = await client.exchange()
      await client.refresh(refresh)
      room.advance(61)
      return () => client.refresh(refresh).catch(() => undefined)
    },
  ],
  [
    'refresh_token.theft',
    async () => {
      const client = await room.client()
      const { refresh } = await client.exchange()
      await client.refresh((await client.refresh(refresh)).refresh)
      return () => client.refresh(refresh).catch(() => undefined)
    },
  ],
  [
    'refresh_token.revoked',
    async () => {
      const client = await room.client()
      const { refresh } = await client.exchange()
      return () => client.revoke(refresh)
    },
  ],
  [
    'token.new_place',
    async () => {
      const { text } = await room.issue('access_token')
      await room.validate(text)
      await room.portal.flushUsage()
      await room.validate(text, '203.0.113.5')
      return room.portal.flushUsage
    },
  ],
  [
    'credential.retired_used',
    async () => {
      const { text } = await rotated(0)
      await room.validate(text).catch(() => undefined)
      return room.portal.flushUsage
    },
  ],
  [
    'token.expiring',
    async () => {
      await room.issue('access_token', DAY_SECONDS + HOUR_SECONDS / 2)
      room.advance(HOUR_SECONDS)
      return () => warnExpiry(room.ports)(room.span())
    },
  ],
  ['environment.settings_changed', async () => () => changeSettingsFromTerminal(room.ports)({ keyRotationDays: 30 })],
  [
    'tenant.team_email_changed',
    async () => () => room.portal.notices.changeTeamEmail(room.ada, { teamEmail: 'team@acme.example' }),
  ],
  [
    'user.mails_chosen',
    async () => () =>
      room.portal.notices.choosePreferences({ person: person(), trace, expiry: false, alerts: true, changes: true }),
  ],
  [
    'user.calendar_made',
    async () => async () => room.keep((await room.portal.notices.makeCalendar({ person: person(), trace })).url),
  ],
  ['user.calendar_ended', async () => () => room.portal.notices.endCalendar({ person: person(), trace })],
  [
    'user.calendar_ended',
    async () => {
      const { url } = await room.portal.notices.makeCalendar({ person: person(), trace })
      return () => report(room.keep(url))
    },
  ],
  [
    'token.rotation_finished',
    async () => {
      const { fresh } = await rotated(7 * DAY_SECONDS)
      room.advance(2 * DAY_SECONDS)
      await room.validate(fresh)
      await room.portal.flushUsage()
      return finishSilentRotations(room.ports)
    },
  ],
  ['signing_key.published', async () => () => keys().rotate(by(), { purpose: 'access', atOnce: false })],
  [
    'signing_key.activated',
    async () => {
      room.advance(HOUR_SECONDS)
      return tendKeys(room.ports)
    },
  ],
  ['signing_key.retired', async () => () => keys().rotate(by(), { purpose: 'bearer', atOnce: true })],
  [
    'signing_key.removed',
    async () => {
      room.advance(2 * DAY_SECONDS)
      return tendKeys(room.ports)
    },
  ],
  [
    'signing_key.compromised',
    async () => {
      const { text } = await room.issue('access_token')
      return () => keys().compromise(by(), kidOf(text))
    },
  ],
  [
    'token.key_compromised',
    async () => {
      const { text } = await room.issue('access_token')
      return () => keys().compromise(by(), kidOf(text))
    },
  ],
]

const ofType = (type: AuditEventType) => room.events().filter((event) => event['type'] === type).length

describe('what happens', () => {
  it.each(ACTS)('%s: with its event, or not at all', async (type, prepare) => {
    const act = await prepare()
    const [before, told] = [room.state(), ofType(type)]
    await room.without(type, act)
    expect(ofType(type)).toBe(told)
    expect(room.state()).toBe(before)
    await act()
    expect(ofType(type)).toBeGreaterThan(told)
  })
})

describe('the trail', () => {
  it('was seen to grow by every event that people are told of', () => {
    const types = ACTS.map(([type]) => type)
    expect(NOTICE_TYPES.filter((type) => !types.includes(type))).toEqual([])
  })

  it('says of each event whose it is, by whom, about what, and by which request', () => {
    for (const event of room.events())
      for (const name of ['tenant_id', 'id', 'at', 'actor_kind', 'target_kind', 'target_id', 'request_id'])
        expect([event['type'], name, Boolean(event[name])]).toEqual([event['type'], name, true])
  })

  it('holds no secret that was handed out, nor does anything else that is stored', () => {
    expect(room.secrets.length).toBeGreaterThan(ACTS.length)
    const stored = JSON.stringify(room.events()) + room.state()
    const distinctive = room.secrets.filter((text) => text !== '').map((text) => text.slice(-40))
    for (const text of distinctive) expect(stored.includes(text)).toBe(false)
    expect(stored).not.toMatch(/lk[src]_[0-9A-Za-z]{20}|eyJ[\w-]+\.eyJ|\\"d\\":|BEGIN /)
  })

  it('would be seen to, if it held one', () => {
    const [secret = ''] = room.secrets
    const stored = JSON.stringify([...room.events(), { details: JSON.stringify({ oops: secret }) }])
    expect(stored.includes(secret.slice(-40))).toBe(true)
  })
})
