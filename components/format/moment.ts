/** Times are NumericDates (seconds since 1970, RFC 7519 §2); words are English, the zone is UTC, on server and browser alike. */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS = [
  { below: 59.5 * MINUTE, seconds: MINUTE, unit: 'minute' },
  { below: 23.5 * HOUR, seconds: HOUR, unit: 'hour' },
  { below: 100 * DAY, seconds: DAY, unit: 'day' },
  { below: 548 * DAY, seconds: 30.44 * DAY, unit: 'month' },
  { below: Number.POSITIVE_INFINITY, seconds: 365.25 * DAY, unit: 'year' },
] as const satisfies readonly { below: number; seconds: number; unit: Intl.RelativeTimeFormatUnit }[]

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** How far `at` lies from `now` in words: "just now", "5 minutes ago", "yesterday", "in 3 months". */
export const relativeTime = (at: number, now: number): string => {
  const distance = at - now
  const size = Math.abs(distance)
  if (size < MINUTE) return distance > 0 ? 'in less than a minute' : 'just now'
  const step = STEPS.find(({ below }) => size < below) ?? STEPS[4]
  const count = Math.max(1, Math.round(size / step.seconds))
  return words.format(distance < 0 ? -count : count, step.unit)
}

const dateWords = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/** The day in UTC: "1 Mar 2026". */
export const dateOf = (at: number): string => dateWords.format(at * 1000)

/** The exact moment: "1 Mar 2026, 14:05:09 UTC". */
export const exactTime = (at: number): string => `${dateOf(at)}, ${isoTime(at).slice(11, 19)} UTC`

/** RFC 3339 in UTC, whole seconds: "2026-03-01T14:05:09Z". */
export const isoTime = (at: number): string => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`
