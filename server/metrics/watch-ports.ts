import type { Connection } from '#db/connection.ts'
import type { Mailer } from '#lib/users/mailer.ts'
import type { Around } from '#server/metrics/around.ts'

/**
 * A database whose reads and lists of writes are watched; the same one when nobody watches. What validations read
 * synchronously, the mark of the feed, is not: it costs microseconds and would cost more.
 */
export const watchConnection = (connection: Connection, around: Around | undefined): Connection =>
  around
    ? {
        ...connection,
        read: (query) => around('store.read', () => connection.read(query)),
        prepared: (query) => {
          const run = connection.prepared(query)
          return (values) => around('store.read', () => run(values))
        },
        atomically: (writes) => around('store.write', () => connection.atomically(writes)),
      }
    : connection

/** A mailer that is watched; the same one when nobody watches. */
export const watchMailer = (mailer: Mailer, around: Around | undefined): Mailer =>
  around ? { send: (mail) => around('mail.send', () => mailer.send(mail)) } : mailer
