import type { Clock } from '#lib/time/clock.ts'
import type { Stopwatch } from '#lib/time/stopwatch.ts'

/** The machine's clock. */
export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) }

/** The time since this process began. */
export const systemStopwatch: Stopwatch = { seconds: () => performance.now() / 1000 }
