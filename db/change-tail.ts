import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** The newest rows of the change feed in memory, for a database that cannot be asked within microseconds. */
export type ChangeTail = ChangeFeed & {
  /**
   * Takes rows in order: all there were from `place` on, that one included, when the clock said `askedAt`. Rows that were
   * purged before they got here make the tail begin anew, so that its readers learn that everything is stale.
   */
  take(place: number, rows: readonly Change[], askedAt: number): void
  /** Begins anew after `newest`. */
  restart(newest: number, askedAt: number): void
  /** Ends it: nobody asks any more, and what is here counts no longer. */
  end(): void
}

/** How many rows are kept for readers that are behind; whoever is further behind begins anew. */
const ROWS_MAX = 10_000

type Options = {
  readonly newest: number
  /** For how long the last successful asking counts; after that `commitMark` throws `store.unavailable`. */
  readonly staleAfterMs: number
  /** Milliseconds of a clock that nobody can set. */
  readonly monotonic: () => number
}

// A sequence skips the numbers of lists that were undone, but the row somebody was at is there until it is purged. Nobody
// was at 0: only a first row numbered 1 proves that none is missing.
const isUnbroken = (place: number, rows: readonly Change[]): boolean =>
  place === 0 ? rows.length === 0 || rows[0]?.seq === 1 : rows[0]?.seq === place

/** An empty tail after `newest`, asked just now. */
export const createChangeTail = ({ newest, staleAfterMs, monotonic }: Options): ChangeTail => {
  let rows: readonly Change[] = []
  // Every row after `base` is held, up to `end`.
  let base = newest
  let end = newest
  let mark = 0
  let begunAt = 0
  let askedAt = monotonic()
  let isEnded = false
  const heard = (at: number): void => {
    askedAt = Math.max(askedAt, at)
  }
  const restart = (place: number, at: number): void => {
    rows = []
    base = place
    end = place
    mark += 1
    begunAt = mark
    heard(at)
  }
  return {
    commitMark: () => {
      const behindMs = monotonic() - askedAt
      if (behindMs <= staleAfterMs && !isEnded) return mark
      const internal = `the change feed could not be read for ${Math.floor(behindMs / 1000)} s`
      throw new PortalError('store.unavailable', { internal })
    },
    newest: () => end,
    after: (seq, seen) => {
      // Numbers may be given out again after a beginning: a place alone proves nothing.
      if ((seen !== undefined && seen < begunAt) || seq < base || seq > end) return undefined
      return rows.slice(rows.findLastIndex((row) => row.seq <= seq) + 1)
    },
    take: (place, asked, at) => {
      if (!isUnbroken(place, asked)) return restart(asked.at(-1)?.seq ?? 0, at)
      heard(at)
      // Rows of our own may have got here meanwhile.
      const news = asked.filter(({ seq }) => seq > end)
      if (news.length === 0) return
      rows = [...rows, ...news]
      end = news.at(-1)?.seq ?? end
      mark += 1
      if (rows.length <= 2 * ROWS_MAX) return
      base = rows.at(-ROWS_MAX - 1)?.seq ?? base
      rows = rows.slice(-ROWS_MAX)
    },
    restart,
    end: () => {
      isEnded = true
    },
  }
}
