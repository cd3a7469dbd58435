import type { Client } from 'pg'
import type { ChangeTail } from '#db/change-tail.ts'
import { readHistory } from '#db/postgres-client.ts'
import { CHANNEL, lookAtFeed } from '#db/postgres-feed.ts'

const POLL_MS = 250

/** Keeps a tail in step with the feed until it is stopped. */
export type Following = { stop(): Promise<void> }

// Sleeps that somebody may cut short; a call between two sleeps counts for the next.
const createBell = () => {
  let isRung = false
  let wake = (): void => {}
  return {
    ring: () => {
      isRung = true
      wake()
    },
    sleep: async (ms: number): Promise<void> => {
      if (!isRung) {
        await new Promise<void>((done) => {
          const timer = setTimeout(done, ms)
          wake = () => {
            clearTimeout(timer)
            done()
          }
        })
      }
      isRung = false
    },
  }
}

/**
 * Reads the change feed over a connection of its own whenever a notification says that there is news, and every 250 ms
 * in case one was lost. A connection that fails, or leads to a standby, is replaced for as long as it takes; meanwhile the
 * tail grows stale. Where it leads to another history than the tail was begun with, everything is stale; where what was
 * seen is gone, in this history or another, the tail says so.
 */
export const followPostgres = (connect: () => Promise<Client>, tail: ChangeTail, begunWith: string): Following => {
  const bell = createBell()
  let isStopped = false
  let history = begunWith
  // A promoted standby may have lost the newest rows, and give out their numbers again.
  const beginAnew = async (client: Client): Promise<void> => {
    const found = await readHistory(client)
    if (found === history) return
    tail.take(await lookAtFeed(client, tail.seen(), { isAnother: true }))
    history = found
  }
  const followOver = async (client: Client): Promise<void> => {
    client.on('notification', bell.ring)
    client.on('end', bell.ring)
    await client.query(`listen ${CHANNEL}`)
    await beginAnew(client)
    while (!isStopped) {
      tail.take(await lookAtFeed(client, tail.seen()))
      await bell.sleep(POLL_MS)
    }
  }
  const follow = async (): Promise<void> => {
    while (!isStopped) {
      let client: Client | undefined
      try {
        client = await connect()
        await followOver(client)
      } catch {
        // How long this has gone on is what commitMark tells.
        await bell.sleep(POLL_MS)
      } finally {
        client?.off('end', bell.ring)
        // Not awaited: a connection that does not answer does not answer this either.
        client?.end().catch(() => undefined)
      }
    }
  }
  const following = follow()
  return {
    stop: async () => {
      isStopped = true
      bell.ring()
      await following
    },
  }
}
