/** Upper bounds of buckets in seconds: from what a warm validation takes to what nobody waits for. */
export const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Durations, counted into buckets: one addition for each. */
export type Durations = {
  add(milliseconds: number): void
  /** How many took at most so long, for each of BOUNDS; how many there were, and the sum of them in seconds. */
  read(): { readonly upTo: readonly number[]; readonly count: number; readonly sum: number }
}

/** No durations yet. */
export const createDurations = (): Durations => {
  const counts = new Float64Array(BOUNDS.length + 1)
  let sum = 0
  return {
    add: (milliseconds) => {
      const seconds = milliseconds / 1000
      sum += seconds
      let bucket = 0
      while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket += 1
      counts[bucket] = (counts[bucket] ?? 0) + 1
    },
    read: () => {
      let count = 0
      const upTo = [...counts].map((inBucket) => {
        count += inBucket
        return count
      })
      return { upTo: upTo.slice(0, -1), count, sum }
    },
  }
}
