/** Runs jobs, at most a few at a time; the rest wait in turn. */
export type BoundedQueue = {
  /** The job's outcome; throws what `refuse` makes when too many wait already. */
  run<Result>(job: () => Promise<Result>): Promise<Result>
}

type Bounds = {
  readonly running: number
  readonly waiting: number
  readonly refuse: () => Error
}

/** A queue that never holds more than `running + waiting` jobs. */
export const boundedQueue = ({ running, waiting, refuse }: Bounds): BoundedQueue => {
  const line: (() => void)[] = []
  let busy = 0
  const takeTurn = (): Promise<void> => {
    if (busy < running) {
      busy += 1
      return Promise.resolve()
    }
    if (line.length >= waiting) return Promise.reject(refuse())
    return new Promise((resolve) => line.push(resolve))
  }
  // The turn passes on without `busy` ever falling, so that a newcomer cannot slip in before who waits.
  const passOn = (): void => {
    const next = line.shift()
    if (next) next()
    else busy -= 1
  }
  return {
    run: async (job) => {
      await takeTurn()
      try {
        return await job()
      } finally {
        passOn()
      }
    },
  }
}
