import { sql } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { changeWrite } from '#db/writes.ts'

/** Has the feed go on behind a number, with a first change that everybody takes for news of everything. */
export type RestartFeed = (tx: Transaction, schema: Schema, through: number, at: number) => readonly Write[]

const ENVIRONMENT = { kind: 'environment', key: 'environment' } as const

/** On SQLite the next number follows the highest that was ever there. */
export const restartSqliteFeed: RestartFeed = (tx, { changes }, through, at) => [
  {
    label: 'feed',
    rows: tx
      .insert(changes)
      .values({ seq: through + 1, ...ENVIRONMENT, at })
      .returning({ seq: changes.seq }),
    expect: 1,
    toFeed: true,
  },
]

/** On PostgreSQL a sequence gives the numbers out. */
export const restartPostgresFeed: RestartFeed = (tx, schema, through, at) => [
  {
    label: 'feed',
    rows: tx
      .select({ seq: sql<number>`setval(pg_get_serial_sequence('changes', 'seq'), ${Math.max(through, 1)})` })
      .from(schema.environment),
    expect: 1,
  },
  changeWrite(tx, schema, { ...ENVIRONMENT, at }),
]
