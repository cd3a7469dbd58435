import type { Change, ChangeFeed } from '#lib/changes/change.ts'

/** Keeps a cache in step with the change feed. */
export type FeedFollower = {
  /**
   * Applies whatever was committed since the last call and answers the place in the feed: two equal answers mean that
   * nothing changed in between. Costs one number when nothing was committed. Throws `store.unavailable`.
   */
  catchUp(): number
}

/** Follows a feed from its present end; `apply` gets each change, or undefined when rows were missed and all is stale. */
export const followFeed = (feed: ChangeFeed, apply: (change: Change | undefined) => void): FeedFollower => {
  let mark = -1
  let seq = -1
  return {
    catchUp: () => {
      // The mark is read before the rows: a commit in between is seen again, never missed.
      const newMark = feed.commitMark()
      if (newMark === mark) return seq
      if (seq < 0) {
        apply(undefined)
        seq = feed.newest()
      } else {
        const changes = feed.after(seq)
        if (!changes) {
          apply(undefined)
          seq = feed.newest()
        } else {
          for (const change of changes) apply(change)
          seq = changes.at(-1)?.seq ?? seq
        }
      }
      mark = newMark
      return seq
    },
  }
}
