import type { ClientBase } from 'pg'
import type { ChangeTail } from '#db/change-tail.ts'
import type { Change } from '#lib/changes/change.ts'

/** Where every node hears that somebody has changed something. */
export const CHANNEL = 'latchkey_changes'

// Any number will do that nobody else takes in this database; "latc" in ASCII.
const FEED_LOCK = 0x6c_61_74_63

const FROM = 'select seq, kind, key from changes where seq >= $1 order by seq limit $2'
const NEWEST = 'select coalesce(max(seq), 0) as newest from changes'

/** A reader with more to catch up on begins anew, which costs it its caches alone. */
const READ_MAX = 5000

/** The newest `seq` of the feed, 0 before the first change. */
export const readNewest = async (client: ClientBase): Promise<number> => {
  const { rows } = await client.query<{ readonly newest: number }>({ name: 'feed_newest', text: NEWEST })
  return rows[0]?.newest ?? 0
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

/** Reads what came after the tail and answers how to put it there: to be called when it is certain to be committed. */
export const readChanges = async (client: ClientBase, tail: ChangeTail): Promise<() => void> => {
  const askedAt = performance.now()
  const place = tail.newest()
  const { rows } = await client.query<Change>({ name: 'feed_from', text: FROM, values: [place, READ_MAX] })
  if (rows.length < READ_MAX && (rows.length > 0 || place === 0)) return () => tail.take(place, rows, askedAt)
  const newest = await readNewest(client)
  return () => tail.restart(newest, askedAt)
}
