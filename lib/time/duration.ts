/** Lifetimes are counted in seconds; these name the common ones. */
export const MINUTE_SECONDS = 60
/** One hour in seconds. */
export const HOUR_SECONDS = 60 * MINUTE_SECONDS
/** One day of 24 hours in seconds. */
export const DAY_SECONDS = 24 * HOUR_SECONDS

/** A NumericDate as RFC 3339 text in UTC, whole seconds: `2026-11-22T22:17:26Z`. */
export const toRfc3339 = (numericDate: number): string => `${new Date(numericDate * 1000).toISOString().slice(0, 19)}Z`

/** `toRfc3339`, keeping the absence of a moment as null. */
export const toRfc3339OrNull = (numericDate: number | null): string | null =>
  numericDate === null ? null : toRfc3339(numericDate)
