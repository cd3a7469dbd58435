import type { Clock } from '#lib/time/clock.ts'

/** The machine's clock. */
export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) }
