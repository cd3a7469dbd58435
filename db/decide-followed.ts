import { isLaterLife } from '#db/incarnation.ts'
import type { Change } from '#lib/changes/change.ts'

/** A row of the change feed as it stands in the database. */
export type FeedRow = Change & { readonly at: number }

/** What a process knows of the database that it follows. */
export type Seen = {
  /** The newest row that it has seen; undefined: there was none. */
  readonly row: FeedRow | undefined
  /** The life that the database was in; null: its first. */
  readonly incarnation: string | null
}

/** What it finds when it looks again. */
export type Found = {
  readonly incarnation: string | null
  /** The row that has the number of the one it had seen; without such a one, the first of all that are there. */
  readonly row: FeedRow | undefined
  /** The lowest number there is; undefined in an empty feed. */
  readonly oldest: number | undefined
}

/**
 * How the database stands to what was seen of it: it went on, or it begins anew because rows were purged or an operator
 * accepted it since, or it is older than what was seen, or another.
 */
export type Followed = 'on' | 'anew' | 'restored'

const isSame = (row: FeedRow, found: FeedRow | undefined): boolean =>
  row.seq === found?.seq && row.kind === found.kind && row.key === found.key && row.at === found.at

// A sequence skips the numbers of lists that were undone. Nobody was at 0: only a first row numbered 1 proves that none is missing.
const isFromBeginning = ({ row }: Found): boolean => row === undefined || row.seq === 1

/**
 * Compares what was seen with what is found. Whoever clears the feed removes its oldest rows and never its newest one, so
 * a row that is gone while older ones stand, or with all others, was lost.
 */
export const decideFollowed = (seen: Seen, found: Found): Followed => {
  if (isLaterLife(seen.incarnation, found.incarnation)) return 'anew'
  if (found.incarnation !== seen.incarnation) return 'restored'
  if (seen.row === undefined) return isFromBeginning(found) ? 'on' : 'anew'
  if (isSame(seen.row, found.row)) return 'on'
  return found.oldest !== undefined && found.oldest > seen.row.seq ? 'anew' : 'restored'
}
