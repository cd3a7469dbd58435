import { describe, expect, it } from 'vitest'
import { NOTICE_TYPES, type Notice } from '#lib/notices/notice.ts'
import { noticeWords } from '#lib/notices/notice-words.ts'

const notice = (over: Partial<Notice>): Notice => ({
  id: 'one',
  at: 1_800_000_000,
  type: 'token.issued',
  actor: { kind: 'user', id: 'ada', name: 'Ada' },
  address: '192.0.2.1',
  details: {},
  token: { id: 't', name: 'CI', context: 'user', ownerUserId: 'mia' },
  ...over,
})

describe('the words', () => {
  it.each(NOTICE_TYPES)('of %s name the token, and hold nothing that is not there', (type) => {
    const { title, detail } = noticeWords(notice({ type, details: { daysLeft: 7 } }))
    expect(title).toContain('“CI”')
    expect(`${title} ${detail}`).not.toMatch(/undefined|NaN|null|\s{2}/)
  })

  it('say who did it and from where', () => {
    expect(noticeWords(notice({})).detail).toBe('By Ada from 192.0.2.1.')
    expect(noticeWords(notice({ address: undefined })).detail).toBe('By Ada.')
    expect(noticeWords(notice({ actor: { kind: 'system', id: 'x', name: 'Latchkey' } })).detail).toBe('')
  })

  it('say "you" to the one who did it', () => {
    expect(noticeWords(notice({}), 'ada').detail).toBe('By you from 192.0.2.1.')
    expect(noticeWords(notice({}), 'mia').detail).toBe('By Ada from 192.0.2.1.')
  })

  it('write dates as pages do', () => {
    const expiring = notice({ type: 'token.expiring', details: { daysLeft: 4, expiresAt: 1_789_000_000 } })
    expect(noticeWords(expiring).detail).toContain('It ends on 10 Sept 2026, 00:26 UTC. Rotate it')
  })

  it('say why it was revoked', () => {
    const revoked = noticeWords(notice({ type: 'token.revoked', details: { reason: 'leaked' } }))
    expect(revoked.detail).toBe('Somebody found it. By Ada from 192.0.2.1.')
    expect(noticeWords(notice({ type: 'token.revoked', details: { reason: 'by_hand' } })).detail).toMatch(/^By Ada/)
  })

  it('say what of it was changed, and why it was paused', () => {
    const fields = ['grant', 'ipAllowlist', 'constructor', 5]
    expect(noticeWords(notice({ type: 'token.edited', details: { fields } })).detail).toBe(
      'What changed: permissions, IP allowlist. By Ada from 192.0.2.1.',
    )
    expect(noticeWords(notice({ type: 'token.paused', details: { reason: 'Too many errors' } })).detail).toBe(
      'It is refused until it is resumed. By Ada from 192.0.2.1: “Too many errors”',
    )
  })

  it('count days', () => {
    const title = (daysLeft: number) => noticeWords(notice({ type: 'token.expiring', details: { daysLeft } })).title
    expect([title(1), title(30)]).toEqual(['“CI” expires in 1 day', '“CI” expires in 30 days'])
  })

  it('ask about a token that was never used, and say that one is paused', () => {
    const detail = (details: Notice['details']) => noticeWords(notice({ type: 'token.expiring', details })).detail
    expect(detail({ daysLeft: 7, unused: true })).toContain('Let it end?')
    expect(detail({ daysLeft: 7, paused: true })).toMatch(/^Rotate it with a later expiry, or make another,.*paused\.$/)
  })

  it('say to rotate where an access key is compromised, and to exchange again where a bearer key is', () => {
    const words = (purpose: string) => noticeWords(notice({ type: 'token.key_compromised', details: { purpose } }))
    expect(words('access').detail).toContain('Rotate the token')
    expect(words('bearer').title).toMatch(/^JWTs of “CI” are refused/)
    expect(words('bearer').detail).toContain('exchange again')
    expect(words('bearer').detail).not.toContain('Rotate')
  })

  it('name the network or the program that is new', () => {
    const detail = (details: Notice['details']) => noticeWords(notice({ type: 'token.new_place', details })).detail
    expect(detail({ network: '192.0.0.0/12' })).toContain('From the network 192.0.0.0/12 (192.0.2.1).')
    expect(detail({ agent: 'curl' })).toContain('not used by before: curl.')
  })
})
