import * as pg from 'drizzle-orm/pg-core'
import * as sqlite from 'drizzle-orm/sqlite-core'

/** The column and constraint words of the schema, on SQLite. */
export const sqliteKit = {
  table: sqlite.sqliteTable,
  text: (name: string) => sqlite.text(name),
  integer: (name: string) => sqlite.integer(name),
  numericDate: (name: string) => sqlite.integer(name),
  counter: (name: string) => sqlite.integer(name),
  sequence: (name: string) => sqlite.integer(name).primaryKey({ autoIncrement: true }),
  primaryKey: sqlite.primaryKey,
  foreignKey: sqlite.foreignKey,
  index: sqlite.index,
  uniqueIndex: sqlite.uniqueIndex,
  check: sqlite.check,
}

/** The words the schema is written in, whichever the dialect. */
export type Kit = typeof sqliteKit

/** The same words on PostgreSQL; this is the one cast between the dialects. */
export const postgresKit = {
  table: pg.pgTable,
  text: (name: string) => pg.text(name),
  integer: (name: string) => pg.integer(name),
  numericDate: (name: string) => pg.bigint(name, { mode: 'number' }),
  // A token that is used 25,000 times a second has passed an integer within a day.
  counter: (name: string) => pg.bigint(name, { mode: 'number' }),
  sequence: (name: string) => pg.bigint(name, { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  primaryKey: pg.primaryKey,
  foreignKey: pg.foreignKey,
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  check: pg.check,
} as unknown as Kit
