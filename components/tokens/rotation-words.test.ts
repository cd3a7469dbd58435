import { describe, expect, it } from 'vitest'
import {
  extensionChoices,
  isReadyToFinish,
  isRotationStep,
  rotationAdvice,
  stepWords,
} from '#components/tokens/rotation-words.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import type { DescribedCredential, DescribedRotation } from '#lib/tokens/describe-token.ts'

const ROTATED = 1_800_000_000
const NOW = ROTATED + 3 * DAY_SECONDS

const credential = (id: string, usedAt: number | undefined): DescribedCredential => ({
  id,
  kind: 'client_secret',
  createdAt: ROTATED,
  endsAt: null,
  state: 'current',
  hint: 'abcd',
  lastUse: usedAt === undefined ? undefined : { at: usedAt, address: null, agent: null },
})

const rotation = (currentUsedAt?: number, formerUsedAt?: number): DescribedRotation => ({
  id: 'new',
  rotatedAt: ROTATED,
  current: credential('new', currentUsedAt),
  former: credential('old', formerUsedAt),
  formerEndsAt: ROTATED + 7 * DAY_SECONDS,
  extendableUntil: ROTATED + 30 * DAY_SECONDS,
})

describe('what to do next', () => {
  it.each([
    [undefined, NOW - 60, 'Nobody has used the new one yet'],
    [NOW - 60, undefined, 'Only the new one was used'],
    [NOW - 60, ROTATED - 5, 'Only the new one was used'],
    [NOW - 60, NOW - 60, 'still in use'],
    [NOW - 60, NOW - 25 * HOUR_SECONDS, 'silent for a day'],
  ])('follows from who was seen: new %s, former %s', (current, former, said) => {
    expect(rotationAdvice(rotation(current, former), NOW)).toContain(said)
  })
})

describe('a step', () => {
  it('warns of what is still in use', () => {
    const warned = (step: 'finish' | 'extend' | 'cancel', seen: DescribedRotation) =>
      stepWords(step, 'CI', seen, NOW).warning !== undefined
    const both = rotation(NOW - 60, NOW - 60)
    expect([warned('finish', both), warned('extend', both), warned('cancel', both)]).toEqual([true, false, true])
    expect(warned('finish', rotation(NOW - 60, NOW - DAY_SECONDS))).toBe(false)
    expect(warned('cancel', rotation(undefined, NOW - 60))).toBe(false)
  })

  it('is the one to take when the new one is used and the former one silent', () => {
    const ready = (current?: number, former?: number) => isReadyToFinish(rotation(current, former), NOW)
    expect([ready(NOW - 60), ready(NOW - 60, NOW - DAY_SECONDS)]).toEqual([true, true])
    expect([ready(), ready(NOW - 60, NOW - 60)]).toEqual([false, false])
  })

  it('is one of three', () => {
    expect(['finish', 'extend', 'cancel', 'rotate', '__proto__'].filter(isRotationStep)).toHaveLength(3)
  })
})

describe('later ends', () => {
  const ends = (formerDays: number, untilDays: number) =>
    extensionChoices({
      rotatedAt: ROTATED,
      formerEndsAt: ROTATED + formerDays * DAY_SECONDS,
      extendableUntil: ROTATED + untilDays * DAY_SECONDS,
    }).map(({ endsAt }) => (endsAt - ROTATED) / DAY_SECONDS)

  it('are those after the one it has, up to the latest there is', () => {
    expect(ends(1, 30)).toEqual([2, 7, 14, 30])
    expect(ends(7, 30)).toEqual([14, 30])
    expect(ends(1, 10)).toEqual([2, 7, 10])
    expect(ends(30, 30)).toEqual([])
  })
})
