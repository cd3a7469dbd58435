import { describe, expect, it } from 'vitest'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import { decideSilence, type RotationUse } from '#lib/tokens/decide-silence.ts'

const MIDNIGHT = 20_832 * DAY_SECONDS
const ROTATED = MIDNIGHT + 12 * HOUR_SECONDS

/** A token that is as old as the rotation and whose new credential is in use. */
const factsAt = (now: number, change: Partial<RotationUse> = {}): RotationUse => ({
  rotatedAt: ROTATED,
  createdAt: ROTATED,
  usedDays: [],
  formerUsedAt: ROTATED - 60,
  currentUsedAt: now - 60,
  ...change,
})
const daysAgo = (...days: number[]) => days.map((day) => MIDNIGHT - day * DAY_SECONDS)
const finishes = (now: number, change?: Partial<RotationUse>) => decideSilence(factsAt(now, change), now).finish

/** Days after the rotation from which on it finishes by itself, to a tenth; the former one is never used again. */
const finishesAfter = (change: Partial<RotationUse>): number => {
  const tenths = Array.from({ length: 500 }, (_, index) => index)
  return (tenths.find((tenth) => finishes(ROTATED + (tenth * DAY_SECONDS) / 10, change)) ?? Number.NaN) / 10
}

describe('a rotation finishes by itself', () => {
  it('a day after the former credential was last used, and no second earlier', () => {
    const last = ROTATED + 5 * HOUR_SECONDS
    expect(finishes(last + DAY_SECONDS - 1, { formerUsedAt: last })).toBe(false)
    expect(finishes(last + DAY_SECONDS, { formerUsedAt: last })).toBe(true)
  })

  it('never within a day of the rotation, however long the former one was silent before', () => {
    for (const formerUsedAt of [undefined, ROTATED - 20 * DAY_SECONDS]) {
      expect(finishes(ROTATED + DAY_SECONDS - 1, { formerUsedAt })).toBe(false)
      expect(finishes(ROTATED + DAY_SECONDS, { formerUsedAt })).toBe(true)
    }
  })

  it('only while the new one is used: a token that nobody can use is not silent', () => {
    const now = ROTATED + 10 * DAY_SECONDS
    expect(finishes(now, { currentUsedAt: undefined })).toBe(false)
    expect(finishes(now, { currentUsedAt: now - DAY_SECONDS })).toBe(false)
    expect(finishes(now, { currentUsedAt: now - DAY_SECONDS + 1 })).toBe(true)
  })

  it('says since when the former one must have been silent, for the write to look again', () => {
    const now = ROTATED + 3 * DAY_SECONDS
    expect(decideSilence(factsAt(now), now)).toEqual({ finish: true, silentSince: now - DAY_SECONDS })
  })
})

describe('the rhythm of a token', () => {
  const old = { createdAt: ROTATED - 90 * DAY_SECONDS }

  it('used every day asks for a day and a half', () => {
    const usedDays = daysAgo(...Array.from({ length: 31 }, (_, index) => 30 - index))
    expect(finishesAfter({ ...old, usedDays })).toBe(1.5)
  })

  it('with free weekends asks for more than a weekend', () => {
    const usedDays = daysAgo(...Array.from({ length: 31 }, (_, index) => 30 - index)).filter(
      (day) => ![0, 6].includes(new Date(day * 1000).getUTCDay()),
    )
    expect(finishesAfter({ ...old, usedDays })).toBe(4.5)
  })

  it('of a weekly job asks for more than a week', () => {
    expect(finishesAfter({ ...old, usedDays: daysAgo(28, 21, 14, 7, 0) })).toBe(10.5)
  })

  it('of one run a month asks for longer than its silence was until the rotation', () => {
    expect(finishesAfter({ ...old, usedDays: daysAgo(12) })).toBeGreaterThan(25)
  })

  it('of a token never used, but old, is unknown: its overlap runs its time', () => {
    expect(finishesAfter(old)).toBe(45)
  })

  it('of a token a few hours old is a day, whatever it did', () => {
    expect(finishesAfter({ createdAt: ROTATED - 6 * HOUR_SECONDS, usedDays: daysAgo(0) })).toBe(1)
  })
})
