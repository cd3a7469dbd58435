import type { Change, ChangeFeed } from '#lib/changes/change.ts'

/** Keeps a cache in step with the change feed. */
export type FeedFollower = {
  /**
   * Applies whatever was committed since the last call and answers the place in the feed: two equal answers mean that
   * nothing changed in between. Costs one number when nothing was committed. Throws `store.unavailable`.
   */
  catchUp(): number
  /**
   * The same look for all who ask in one turn of the event loop, taken at its end: whatever was committed before any of
   * them asked is applied. Rejects with what `catchUp` throws.
   */
  caughtUp(): Promise<void>
  /**
   * Reads what the feed tells the changes of. What was read answers its own request in any case; it may be kept only where
   * nothing that `concerns` it changed since before it was read, as `isStillSo` says at the moment it is asked.
   */
  read<Found>(read: () => Promise<Found>): Promise<WhatWasRead<Found>>
}

/** What was read, and whether it may be kept. */
export type WhatWasRead<Found> = {
  readonly found: Found
  isStillSo(concerns: (change: Change) => boolean): boolean
}

/** Follows a feed from its present end; `apply` gets each change, or undefined when rows were missed and all is stale. */
export const followFeed = (feed: ChangeFeed, apply: (change: Change | undefined) => void): FeedFollower => {
  let mark = -1
  let seq = -1
  let restarts = 0
  const catchUp = (): number => {
    // The mark is read before the rows: a commit in between is seen again, never missed.
    const newMark = feed.commitMark()
    if (newMark === mark) return seq
    if (seq < 0) {
      apply(undefined)
      seq = feed.newest()
    } else {
      const changes = feed.after(seq, mark)
      if (!changes) {
        restarts += 1
        apply(undefined)
        seq = feed.newest()
      } else {
        for (const change of changes) apply(change)
        seq = changes.at(-1)?.seq ?? seq
      }
    }
    mark = newMark
    return seq
  }
  let looking: Promise<void> | undefined
  // Behind all that came in with this turn, never before: a look that was taken already says nothing to who asks now.
  const lookAtEndOfTurn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      setImmediate(() => {
        looking = undefined
        try {
          catchUp()
          resolve()
        } catch (thrown) {
          reject(thrown)
        }
      })
    })
  return {
    catchUp,
    caughtUp: () => {
      looking ??= lookAtEndOfTurn()
      return looking
    },
    read: async (read) => {
      const before = catchUp()
      const [markBefore, restartsBefore] = [mark, restarts]
      const isStillSo = (concerns: (change: Change) => boolean): boolean => {
        const now = catchUp()
        if (restarts !== restartsBefore) return false
        if (now === before) return true
        // Where others change much, something always has: only what is of this may count.
        const since = feed.after(before, markBefore)
        return since !== undefined && !since.some(concerns)
      }
      return { found: await read(), isStillSo }
    },
  }
}
