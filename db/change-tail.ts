import type { FeedRow, Followed, Seen } from '#db/decide-followed.ts'
import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** What somebody read of the feed. */
export type Look = {
  /** What the tail had seen when it was asked. */
  readonly seen: Seen
  /** How the database stands to that. */
  readonly followed: Followed
  /** All rows there were from the one that had been seen on, that one included, in order. */
  readonly rows: readonly FeedRow[]
  readonly newest: FeedRow | undefined
  readonly incarnation: string | null
  /** When it was asked, by the clock of the tail. */
  readonly askedAt: number
}

/** The newest rows of the change feed in memory, for a database that cannot be asked within microseconds. */
export type ChangeTail = ChangeFeed & {
  /** The newest row that was taken, and the life of the database it was of. */
  seen(): Seen
  /**
   * Takes what somebody read. A feed that begins anew makes the tail do so, and its readers learn that everything is stale.
   * One that lacks what was seen makes `commitMark` throw `store.restored`, until a later look finds it there again or
   * the database accepted.
   */
  take(look: Look): void
  /** Throws `store.restored` while the database lacks what was seen. */
  requireAccepted(): void
  /** Ends it: nobody asks any more, and what is here counts no longer. */
  end(): void
}

/** How many rows are kept for readers that are behind; whoever is further behind begins anew. */
const ROWS_MAX = 10_000

type Options = {
  readonly seen: Seen
  /** For how long the last successful asking counts; after that `commitMark` throws `store.unavailable`. */
  readonly staleAfterMs: number
  /** Milliseconds of a clock that nobody can set. */
  readonly monotonic: () => number
}

/** What a process says that has seen more than the database has. */
export const restored = (): PortalError =>
  new PortalError('store.restored', { internal: 'the database lacks changes that this process has seen' })

const changeOf = ({ seq, kind, key }: FeedRow): Change => ({ seq, kind, key })

/** The rows after `base`, up to the newest that was seen. */
const createRows = (first: Seen) => {
  let rows: Change[] = []
  let base = first.row?.seq ?? 0
  return {
    beginAfter: (seq: number): void => {
      rows = []
      base = seq
    },
    add: (news: readonly FeedRow[]): void => {
      for (const row of news) rows.push(changeOf(row))
      if (rows.length <= 2 * ROWS_MAX) return
      base = rows.at(-ROWS_MAX - 1)?.seq ?? base
      rows = rows.slice(-ROWS_MAX)
    },
    after: (seq: number): readonly Change[] | undefined =>
      seq < base ? undefined : rows.slice(rows.findLastIndex((row) => row.seq <= seq) + 1),
  }
}

// How long ago the feed was asked, with an answer.
const createAge = ({ staleAfterMs, monotonic }: Omit<Options, 'seen'>) => {
  let askedAt = monotonic()
  let isEnded = false
  return {
    heard: (at: number): void => {
      askedAt = Math.max(askedAt, at)
    },
    end: (): void => {
      isEnded = true
    },
    requireYoung: (): void => {
      const behindMs = monotonic() - askedAt
      if (behindMs <= staleAfterMs && !isEnded) return
      const internal = `the change feed could not be read for ${Math.floor(behindMs / 1000)} s`
      throw new PortalError('store.unavailable', { internal })
    },
  }
}

/** An empty tail after what was seen just now. */
export const createChangeTail = ({ seen: first, ...aging }: Options): ChangeTail => {
  const age = createAge(aging)
  const rows = createRows(first)
  let seen = first
  let mark = 0
  let begunAt = 0
  let restoredAt: number | undefined
  const newest = (): number => seen.row?.seq ?? 0
  const begin = (anew: Seen): void => {
    seen = anew
    rows.beginAfter(newest())
    mark += 1
    begunAt = mark
  }
  const add = (news: readonly FeedRow[]): void => {
    if (news.length === 0) return
    rows.add(news)
    seen = { ...seen, row: news.at(-1) }
    mark += 1
  }
  // What was read of it before this was noticed must not be kept either.
  const lose = (at: number): void => {
    if (restoredAt === undefined) begin(seen)
    restoredAt = at
  }
  const requireAccepted = (): void => {
    if (restoredAt !== undefined) throw restored()
  }
  return {
    commitMark: () => {
      requireAccepted()
      age.requireYoung()
      return mark
    },
    newest,
    seen: () => seen,
    after: (seq, seenMark) => {
      // Numbers may be given out again after a beginning: a place alone proves nothing.
      if ((seenMark !== undefined && seenMark < begunAt) || seq > newest()) return undefined
      return rows.after(seq)
    },
    take: (look) => {
      age.heard(look.askedAt)
      if (look.followed === 'restored') {
        // Of what was seen before the present beginning, it says nothing.
        if (look.seen === seen) lose(look.askedAt)
        return
      }
      if (restoredAt !== undefined && look.askedAt >= restoredAt) restoredAt = undefined
      if (look.followed === 'anew') begin({ row: look.newest, incarnation: look.incarnation })
      // Rows of our own may have got here meanwhile.
      else add(look.rows.filter(({ seq }) => seq > newest()))
    },
    requireAccepted,
    end: age.end,
  }
}
