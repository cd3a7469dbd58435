import type { Clock } from '#lib/time/clock.ts'

/** The wall clock, moved on by as many seconds as a test asks for. */
export const turnableClock = () => {
  let ahead = 0
  const clock: Clock = { now: () => Math.floor(Date.now() / 1000) + ahead }
  return {
    clock,
    /** Sets how many seconds the clock is ahead of the machine's. */
    setAhead: (seconds: number): void => {
      ahead = seconds
    },
  }
}
