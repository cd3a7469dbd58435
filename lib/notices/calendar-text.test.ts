import { describe, expect, it } from 'vitest'
import type { CalendarToken } from '#lib/notices/calendar-store.ts'
import { calendarText } from '#lib/notices/calendar-text.ts'

const NOW = Date.UTC(2026, 10, 26, 12) / 1000

const token = (over: Partial<CalendarToken> = {}): CalendarToken => ({
  id: 'a1',
  name: 'CI',
  context: 'user',
  expiresAt: Date.UTC(2026, 11, 24, 8, 30) / 1000,
  ...over,
})
const textOf = (...tokens: readonly CalendarToken[]) =>
  calendarText({ portalUrl: 'https://tokens.example', now: NOW, accounts: [{ slug: 'acme', name: 'Acme', tokens }] })
const linesOf = (text: string) => text.replaceAll('\r\n ', '').split('\r\n')

describe('a calendar (RFC 5545)', () => {
  it('has an event at the second in which each token ends', () => {
    const lines = linesOf(textOf(token(), token({ id: 'b2', name: 'Deploy', context: 'tenant' })))
    expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(2)
    expect(lines).toEqual(
      expect.arrayContaining([
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'UID:a1@tokens.example',
        'DTSTAMP:20261126T120000Z',
        'DTSTART:20261224T083000Z',
        'SUMMARY:“CI” expires (Acme)',
        'URL;VALUE=URI:https://tokens.example/a/acme/tokens/a1',
        'TRANSP:TRANSPARENT',
        'UID:b2@tokens.example',
      ]),
    )
    expect(lines.join()).toContain('A token of Acme.')
  })

  it('ends every line with CRLF, and folds at 75 octets without breaking a character (§3.1)', () => {
    const text = textOf(token({ name: `${'ü🎉'.repeat(50)}` }))
    expect(text).not.toMatch(/[^\r]\n|\r[^\n]/)
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
    const lengths = text.split('\r\n').map((line) => Buffer.byteLength(line))
    expect(Math.max(...lengths)).toBeLessThanOrEqual(75)
    expect(text).not.toContain('\uFFFD')
    expect(linesOf(text).find((line) => line.startsWith('SUMMARY'))).toContain('ü🎉'.repeat(50))
  })

  it('holds a name as text, whatever it is (§3.3.11)', () => {
    const text = textOf(token({ name: 'a;b,c\\d\r\nEND:VEVENT\nBEGIN:VALARM' }))
    expect(linesOf(text).filter((line) => /^(BEGIN|END):/.test(line))).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'END:VEVENT',
      'END:VCALENDAR',
    ])
    expect(linesOf(text).find((line) => line.startsWith('SUMMARY'))).toMatch(/a\\;b\\,c\\\\d/)
  })

  it('is one without events where nothing expires', () => {
    expect(linesOf(textOf()).filter((line) => /^(BEGIN|END):/.test(line))).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR'])
  })
})
