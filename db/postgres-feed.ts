import type { ClientBase } from 'pg'
import type { Look } from '#db/change-tail.ts'
import { decideFollowed, type FeedRow, type Seen } from '#db/decide-followed.ts'

/** Where every node hears that somebody has changed something. */
export const CHANNEL = 'latchkey_changes'

// Any number will do that nobody else takes in this database; "latc" in ASCII.
const FEED_LOCK = 0x6c_61_74_63

const ROW = 'seq, kind, key, at, (select incarnation from environment limit 1) as incarnation'
const FROM = `select ${ROW} from changes where seq >= $1 order by seq limit $2`
const TOP = `
  select top.*, (select min(seq) from changes) as oldest, (select incarnation from environment limit 1) as incarnation
  from (values (1)) one left join (select seq, kind, key, at from changes order by seq desc limit 1) top on true`

/** A reader with more to catch up on begins anew, which costs it its caches alone. */
const READ_MAX = 5000

type Life = { readonly incarnation: string | null }
type Top = Life & { readonly row: FeedRow | undefined; readonly oldest: number | undefined }

const rowOf = ({ seq, kind, key, at }: FeedRow): FeedRow => ({ seq, kind, key, at })

/** The newest row of the feed, the lowest number in it, and the life of the database. */
export const readTop = async (client: ClientBase): Promise<Top> => {
  type Answered = Life & { readonly oldest: number | null } & (FeedRow | { readonly seq: null })
  const { rows } = await client.query<Answered>({ name: 'feed_top', text: TOP })
  const [top] = rows
  const row = top === undefined || top.seq === null ? undefined : rowOf(top)
  return { row, oldest: top?.oldest ?? undefined, incarnation: top?.incarnation ?? null }
}

/**
 * Makes this transaction the only one that appends to the feed until it ends, and wakes every node when it commits. Numbers
 * of a sequence are given out in another order than they become visible in: without the lock a reader at 11 could never
 * see a late 10.
 */
export const beginAppending = async (client: ClientBase): Promise<void> => {
  await client.query({
    name: 'feed_append',
    text: 'select pg_advisory_xact_lock($1), pg_notify($2, $3)',
    values: [FEED_LOCK, CHANNEL, ''],
  })
}

type Asking = {
  /** Where it leads is another history than before: numbers may be given out again. */
  readonly isAnother?: boolean
}

/** Reads what came after what was seen, and how the database stands to that: for a tail, once it is certain to be committed. */
export const lookAtFeed = async (client: ClientBase, seen: Seen, { isAnother = false }: Asking = {}): Promise<Look> => {
  const askedAt = performance.now()
  const values = [seen.row?.seq ?? 0, READ_MAX]
  const { rows } = await client.query<FeedRow & Life>({ name: 'feed_from', text: FROM, values })
  const [first] = rows
  const isWhole = first !== undefined && first.seq <= Math.max(1, seen.row?.seq ?? 0) && rows.length < READ_MAX
  const top = isWhole ? undefined : await readTop(client)
  const incarnation = top?.incarnation ?? first?.incarnation ?? null
  const followed = decideFollowed(seen, { incarnation, row: first && rowOf(first), oldest: top?.oldest })
  return {
    seen,
    followed: followed === 'on' && (isAnother || rows.length >= READ_MAX) ? 'anew' : followed,
    rows: rows.map(rowOf),
    newest: top ? top.row : rows.at(-1),
    incarnation,
    askedAt,
  }
}
