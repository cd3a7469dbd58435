import { dateOf } from '#lib/time/date-of.ts'

/**
 * Times are NumericDates (seconds since 1970, RFC 7519 §2); words are English, the zone is UTC. They are made here and not
 * by Intl, whose words differ from engine to engine: server and browser must say the same, or React renders again.
 */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS = [
  { below: 59.5 * MINUTE, seconds: MINUTE, unit: 'minute' },
  { below: 23.5 * HOUR, seconds: HOUR, unit: 'hour' },
  { below: 100 * DAY, seconds: DAY, unit: 'day' },
  { below: 548 * DAY, seconds: 30.44 * DAY, unit: 'month' },
  { below: Number.POSITIVE_INFINITY, seconds: 365.25 * DAY, unit: 'year' },
] as const

const counted = (count: number, unit: (typeof STEPS)[number]['unit'], isPast: boolean): string => {
  if (unit === 'day' && count === 1) return isPast ? 'yesterday' : 'tomorrow'
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return isPast ? `${words} ago` : `in ${words}`
}

/** How far `at` lies from `now` in words: "just now", "5 minutes ago", "yesterday", "in 3 months". */
export const relativeTime = (at: number, now: number): string => {
  const distance = at - now
  const size = Math.abs(distance)
  if (size < MINUTE) return distance > 0 ? 'in less than a minute' : 'just now'
  const step = STEPS.find(({ below }) => size < below) ?? STEPS[4]
  return counted(Math.max(1, Math.round(size / step.seconds)), step.unit, distance < 0)
}

/** RFC 3339 in UTC, whole seconds: "2026-03-01T14:05:09Z". */
export const isoTime = (at: number): string => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`

/** The exact moment: "1 Mar 2026, 14:05:09 UTC"; `iso` is its RFC 3339 text, for who has it. */
export const exactTime = (at: number, iso = isoTime(at)): string => `${dateOf(at)}, ${iso.slice(11, 19)} UTC`
