import { MINUTE_SECONDS } from '#lib/time/duration.ts'

/** Over how many seconds a limit counts. */
export const WINDOW_SECONDS = MINUTE_SECONDS

// What came at the very end of its second counts for a whole minute from there.
const KEPT_SECONDS = WINDOW_SECONDS + 1

type Second = {
  /** Number of the second, on a clock that only runs forward. */
  readonly at: number
  count: number
}

/** The requests of the last minute that were let through: how many in which second, oldest first; at most 61 entries. */
export type RequestWindow = { readonly seconds: Second[]; total: number }

/** A window in which nothing was let through. */
export const emptyWindow = (): RequestWindow => ({ seconds: [], total: 0 })

/** Forgets what no minute that holds this moment holds as well. `now` in seconds of a clock that only runs forward. */
export const moveWindow = (window: RequestWindow, now: number): void => {
  const { seconds } = window
  for (let oldest = seconds[0]; oldest && oldest.at + KEPT_SECONDS <= now; oldest = seconds[0]) {
    window.total -= oldest.count
    seconds.shift()
  }
}

/** Counts requests that were let through at a moment. */
export const addToWindow = (window: RequestWindow, now: number, count: number): void => {
  const at = Math.floor(now)
  const newest = window.seconds.at(-1)
  window.total += count
  if (newest?.at === at) newest.count += count
  else window.seconds.push({ at, count })
}

/** What a window has left of a quota. */
export type Remainder = {
  /** Requests that may come now. */
  readonly remaining: number
  /** Whole seconds until there is more of it; until there is room again where there is none; 0 for an empty window. */
  readonly seconds: number
}

const secondsUntilBelow = ({ seconds, total }: RequestWindow, ceiling: number, now: number): number => {
  let left = total
  for (const { at, count } of seconds) {
    left -= count
    if (left < ceiling) return Math.ceil(at + KEPT_SECONDS - now)
  }
  return 0
}

/** What a window that was moved to this moment has left of a quota; pure. */
export const decideRemainder = (window: RequestWindow, quota: number, now: number): Remainder => ({
  remaining: Math.max(0, quota - window.total),
  // A quota that was lowered may be overdrawn: the first second to leave makes no room yet.
  seconds: secondsUntilBelow(window, Math.min(quota, window.total), now),
})
