import Database from 'better-sqlite3'

/** Turns at the one lock of a file that several processes write. */
export type WriteTurns = {
  /** Begins a transaction that writes. Throws what the driver throws; SQLITE_BUSY when the lock did not come in time. */
  begin(): void
  /** Says that it is over. */
  end(): void
}

const POLL_MS = 1
// Two polls, so that whoever waits looks at least once.
const PAUSE_MS = 2
// Whoever had to wait lately is not alone.
const NOT_ALONE_MS = 1000

const asleep = new Int32Array(new SharedArrayBuffer(4))
const sleep = (ms: number): void => void Atomics.wait(asleep, 0, 0, ms)

const isBusy = (thrown: unknown): boolean =>
  thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')

/**
 * Takes turns with the writers of other processes, for as long as `busy_timeout` says. SQLite keeps no queue: whoever
 * waits looks now and then, up to 100 ms apart, and one that commits without a pause is hardly ever found between two
 * transactions. So we look each millisecond, and let two pass between transactions while others wait as well.
 */
export const createWriteTurns = (client: Database.Database): WriteTurns => {
  const begin = client.prepare('begin immediate')
  const patienceMs = Number(client.pragma('busy_timeout', { simple: true }))
  client.pragma('busy_timeout = 0')
  let waitedAt = Number.NEGATIVE_INFINITY
  let endedAt = Number.NEGATIVE_INFINITY
  const letOthers = (now: number): void => {
    const since = now - endedAt
    if (now - waitedAt < NOT_ALONE_MS && since < PAUSE_MS) sleep(PAUSE_MS - since)
  }
  return {
    begin: () => {
      letOthers(performance.now())
      const deadline = performance.now() + patienceMs
      for (;;) {
        try {
          begin.run()
          return
        } catch (thrown) {
          waitedAt = performance.now()
          if (!isBusy(thrown) || waitedAt >= deadline) throw thrown
        }
        sleep(POLL_MS)
      }
    },
    end: () => {
      endedAt = performance.now()
    },
  }
}
