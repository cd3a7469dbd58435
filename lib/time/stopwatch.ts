/** A clock that only runs forward, as a port: for how long something lasts, never for when it was. */
export type Stopwatch = {
  /** Seconds since some moment, with fractions. */
  seconds(): number
}
