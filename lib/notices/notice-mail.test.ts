import { describe, expect, it } from 'vitest'
import type { Notice } from '#lib/notices/notice.ts'
import { noticeMail } from '#lib/notices/notice-mail.ts'
import { mailId, parseMailId } from '#lib/notices/outgoing-mail.ts'

const notice = (over: Partial<Notice> = {}): Notice => ({
  id: 'one',
  at: Date.UTC(2026, 10, 26, 11, 38, 51) / 1000,
  type: 'token.revoked',
  actor: { kind: 'user', id: 'ada', name: 'Ada' },
  address: undefined,
  details: { reason: 'by_hand' },
  token: { id: 't/1', name: 'CI', context: 'user', ownerUserId: 'mia' },
  ...over,
})
const mail = (notices: readonly Notice[], isTeam = false) =>
  noticeMail({ portalUrl: 'https://tokens.example', account: { slug: 'acme', name: 'Acme' }, isTeam, notices })

describe('the mail of a notice', () => {
  it('says what happened, when, where to look, and where to choose', () => {
    expect(mail([notice()])).toEqual({
      subject: 'Acme: “CI” was revoked',
      body: [
        '“CI” was revoked.',
        'By Ada.',
        '26 Nov 2026, 11:38 UTC',
        '',
        '  https://tokens.example/a/acme/tokens/t%2F1',
        '',
        'You choose what is mailed to you in your profile:',
        '',
        '  https://tokens.example/profile#mails',
        '',
      ].join('\n'),
    })
  })

  it('tells a team who can change the address', () => {
    const { body } = mail([notice()], true)
    expect(body).toContain('https://tokens.example/a/acme/notifications')
    expect(body).not.toContain('/profile')
  })

  it('lists many, and counts those beyond fifty', () => {
    const many = Array.from({ length: 53 }, (_, index) => notice({ id: `${index}` }))
    const { subject, body } = mail(many)
    expect(subject).toBe('Acme: “CI” was revoked, and 52 more')
    expect(body.match(/was revoked\./g)).toHaveLength(50)
    expect(body).toContain('And 3 more.')
  })

  it('leaves no empty line for what it has nothing to say about', () => {
    const system = { kind: 'system', id: 'x', name: 'Latchkey' } as const
    expect(mail([notice({ actor: system })]).body).toMatch(/^“CI” was revoked\.\n26 Nov 2026/)
  })

  it('is of something', () => {
    expect(() => mail([])).toThrow(RangeError)
  })
})

describe('the id of a mail', () => {
  it.each([
    { eventId: 'e', tenantId: 'acme', userId: 'mia' },
    { eventId: 'e', tenantId: 'acme', userId: undefined },
  ])('says what %j is about and to whom', (key) => {
    expect(parseMailId(mailId(key))).toEqual(key)
  })

  it('is another for each event, account and recipient, and nobody is called team', () => {
    const ids = [
      mailId({ eventId: 'e', tenantId: 'acme', userId: 'mia' }),
      mailId({ eventId: 'f', tenantId: 'acme', userId: 'mia' }),
      mailId({ eventId: 'e', tenantId: 'globex', userId: 'mia' }),
      mailId({ eventId: 'e', tenantId: 'acme', userId: 'team' }),
      mailId({ eventId: 'e', tenantId: 'acme', userId: undefined }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})
