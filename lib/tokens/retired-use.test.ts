import { describe, expect, it } from 'vitest'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { dayOf, retiredUseId, retirementOf } from '#lib/tokens/retired-use.ts'

const NOW = 20_000 * DAY_SECONDS + 100
const token = { name: 'nightly', revoked: null, expiresAt: null, paused: null }

describe('the id of an alert', () => {
  it('is the same all day for a credential, and no other day’s or credential’s', () => {
    const id = retiredUseId('c-1', NOW)
    expect(id).toBe('retired-use:c-1:2024-10-04')
    expect(retiredUseId('c-1', dayOf(NOW))).toBe(id)
    expect(retiredUseId('c-1', dayOf(NOW) + DAY_SECONDS - 1)).toBe(id)
    expect(retiredUseId('c-1', dayOf(NOW) + DAY_SECONDS)).not.toBe(id)
    expect(retiredUseId('c-2', NOW)).not.toBe(id)
  })
})

describe('a use after the end', () => {
  it('is one of a credential that ended while its token lives', () => {
    expect(retirementOf(token, NOW, NOW)).toEqual({ endedAt: NOW, tokenName: 'nightly' })
    expect(retirementOf({ ...token, paused: { at: 1, by: 'adam', level: 1, reason: '' } }, NOW - 1, NOW)).toBeDefined()
  })

  it.each([
    ['a credential that goes on', token, null],
    ['a credential in its overlap', token, NOW + 1],
    ['a JWT that has no row', token, undefined],
    ['a token that was revoked', { ...token, revoked: { at: 1, by: 'adam', reason: 'by_hand' } } as const, NOW],
    ['a token that has expired', { ...token, expiresAt: NOW }, NOW],
  ])('is not one of %s', (_, of, endsAt) => {
    expect(retirementOf(of, endsAt, NOW)).toBeUndefined()
  })
})
