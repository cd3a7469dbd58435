import { describe, expect, it } from 'vitest'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { credentialState, OVERLAP_SECONDS_MAX, overlapLimit, overlapOf } from '#lib/tokens/overlap.ts'

const NOW = 1_800_000_000
const made = (id: string, createdAt: number, endsAt: number | null) => ({ id, createdAt, endsAt })

describe('the state of a credential', () => {
  it.each([
    [null, 'current'],
    [NOW + 1, 'former'],
    [NOW, 'ended'],
    [NOW - 1, 'ended'],
  ] as const)('that ends at %s is %s', (endsAt, state) => {
    expect(credentialState({ endsAt }, NOW)).toBe(state)
  })
})

describe('a rotation under way', () => {
  it('is two good credentials, whichever was made first', () => {
    const former = made('old', NOW - 10, NOW + 60)
    const current = made('new', NOW, null)
    const expected = { current, former, endsAt: NOW + 60 }
    expect(overlapOf([current, former, made('older', NOW - 20, NOW - 5)], NOW)).toEqual(expected)
    expect(overlapOf([former, current], NOW)).toEqual(expected)
  })

  it.each([
    ['one credential alone', [made('new', NOW, null)]],
    ['a former one whose time is over', [made('new', NOW, null), made('old', NOW - 10, NOW)]],
    ['a cancelled one', [made('new', NOW, NOW), made('old', NOW - 10, null)]],
    ['no credential', []],
  ])('is not %s', (_, credentials) => {
    expect(overlapOf(credentials, NOW)).toBeUndefined()
  })
})

describe('how long a former credential may stay good', () => {
  const current = made('new', NOW, null)
  const limit = (expiresAt: number | null, replaced?: number | null) =>
    overlapLimit({ current }, { expiresAt }, replaced === undefined ? undefined : { hint: 'abcd', expiresAt: replaced })

  it('is 30 days from the rotation', () => {
    expect(limit(null)).toBe(NOW + 30 * DAY_SECONDS)
    expect(limit(null, null)).toBe(NOW + OVERLAP_SECONDS_MAX)
  })

  it('is never longer than its token, as it is and as it was', () => {
    expect(limit(NOW + DAY_SECONDS, null)).toBe(NOW + DAY_SECONDS)
    expect(limit(NOW + 90 * DAY_SECONDS, NOW + 2 * DAY_SECONDS)).toBe(NOW + 2 * DAY_SECONDS)
    expect(limit(null, NOW + 2 * DAY_SECONDS)).toBe(NOW + 2 * DAY_SECONDS)
  })
})
