const STARTS_MAX = 5
const WITHIN_MS = 60_000

/** How often something that keeps ending is begun again: at most five times within any minute. */
export type RestartLimit = {
  /** In how many milliseconds the next start is within the limit; 0: now. */
  pause(): number
  /** Counts a start, now or in so many milliseconds. */
  count(inMs?: number): void
}

/** A limit under which nothing has started yet; `monotonic` answers milliseconds that no change of the clock moves. */
export const createRestartLimit = (monotonic: () => number): RestartLimit => {
  let starts: readonly number[] = []
  return {
    pause: () => {
      const [oldest, ...others] = starts
      if (oldest === undefined || others.length + 1 < STARTS_MAX) return 0
      return Math.max(0, oldest + WITHIN_MS - monotonic())
    },
    count: (inMs = 0) => {
      starts = [...starts, monotonic() + inMs].slice(-STARTS_MAX)
    },
  }
}
