import { describe, expect, it } from 'vitest'
import { formatCursor, parseCursor } from '#lib/tokens/cursor.ts'
import { type Token, tokenState } from '#lib/tokens/token.ts'

const NOW = 1_800_000_000
const DAY = 86_400
const live = { revoked: null, paused: null, expiresAt: null } satisfies Partial<Token>
const revoked = { at: 1, by: 'ada', reason: 'by_hand' } as const
const paused = { at: 1, by: 'ada', level: 0, reason: '' }

describe('the state of a token', () => {
  it.each([
    ['active', live],
    ['active', { ...live, expiresAt: NOW + 7 * DAY + 1 }],
    ['expiring', { ...live, expiresAt: NOW + 7 * DAY }],
    ['expiring', { ...live, expiresAt: NOW + 1 }],
    ['expired', { ...live, expiresAt: NOW }],
    ['paused', { ...live, paused }],
    ['paused', { ...live, paused, expiresAt: NOW + 1 }],
    ['expired', { ...live, paused, expiresAt: NOW }],
    ['revoked', { revoked, paused, expiresAt: NOW }],
  ] as const)('is %s: %#', (state, token) => {
    expect(tokenState(token, NOW)).toBe(state)
  })
})

describe('a cursor', () => {
  it('comes back as it went', () => {
    const place = { createdAt: NOW, id: 'b5b0c1de-0000-4000-8000-000000000000' }
    expect(parseCursor(formatCursor(place))).toEqual(place)
    expect(formatCursor(place)).toMatch(/^[\w-]+$/)
  })

  it.each(['', 'x', ':', '1:', '-1:a', "1:a'b", '1:a:b', '1e3:a', '1234567890123:a', ' 1:a'])(
    'is one of ours or refused: %j',
    (text) => {
      const cursor = Buffer.from(text).toString('base64url')
      expect(() => parseCursor(cursor)).toThrow(expect.objectContaining({ code: 'request.malformed' }))
    },
  )
})
