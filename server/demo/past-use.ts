import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { DayUse } from '#lib/usage/usage-store.ts'
import type { Use } from '#server/demo/token-story.ts'

type Span = {
  readonly tenantId: string
  readonly tokenId: string
  /** What it may do: all of it is asked for but the last, as there is always something that nobody needs. */
  readonly permissions: readonly string[]
  readonly from: number
  readonly present: number
}

// The same noise each time: a busier and a quieter day, from 0.7 to 1.3.
const wobble = (seed: number): number => {
  const noise = Math.sin(seed * 12.9898) * 43_758.5453
  return 0.7 + 0.6 * (noise - Math.floor(noise))
}

const THURSDAY = 4
const isWeekend = (day: number): boolean => [0, 6].includes((Math.floor(day / DAY_SECONDS) + THURSDAY) % 7)

const countOn = (day: number, perDay: number, from: number, until: number): number => {
  const seconds = Math.min(day + DAY_SECONDS, until) - Math.max(day, from)
  const rhythm = wobble(day / DAY_SECONDS + perDay) * (isWeekend(day) ? 0.35 : 1)
  return Math.round((perDay * rhythm * seconds) / DAY_SECONDS)
}

type Share = Pick<DayUse, 'permission' | 'count' | 'asked'>

// Each permission is asked for in two thirds of what the ones before it leave over.
const sharesOf = (count: number, [permission, ...others]: readonly string[]): readonly Share[] => {
  if (permission === undefined) return [{ permission: '', count, asked: 0 }]
  const asked = others.length === 0 ? count : Math.ceil((count * 2) / 3)
  return [{ permission, count: asked, asked }, ...(others.length === 0 ? [] : sharesOf(count - asked, others))]
}

/**
 * What a token's days have seen, from its beginning to its last use: fewer at weekends, none in days without any; each use
 * asked for one of its permissions.
 */
export const pastUse = (use: Use, { tenantId, tokenId, permissions, from, present }: Span): readonly DayUse[] => {
  const until = present - use.lastSecondsAgo
  const first = from - (from % DAY_SECONDS)
  const days = Array.from(
    { length: Math.ceil((until - first) / DAY_SECONDS) },
    (_, index) => first + index * DAY_SECONDS,
  )
  const asked = permissions.slice(0, Math.max(1, permissions.length - 1))
  const outcomes = [
    ['accepted', use.perDay],
    ['refused', use.refusedPerDay ?? 0],
  ] as const
  return outcomes.flatMap(([outcome, perDay]) =>
    days
      .flatMap((day) =>
        sharesOf(countOn(day, perDay, from, until), asked).map((share) => ({
          tenantId,
          tokenId,
          day,
          outcome,
          ...share,
        })),
      )
      .filter(({ count }) => count > 0),
  )
}
