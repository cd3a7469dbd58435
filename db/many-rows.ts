import { type Placeholder, sql } from 'drizzle-orm'
import type { Builders, QueryShape, RowsQuery, Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'

// As few statements as there are digits in a number of rows, nearly; each is built once.
const SIZES = [500, 100, 20, 5, 1] as const

type Placeholders<Name extends string> = Readonly<Record<Name, Placeholder<string>>>

/**
 * Writes many rows by ready-made queries: Drizzle takes milliseconds to build one for some hundred rows, on the event loop.
 * `insert` is given the rows as placeholders. `label` names the writes in a WriteConflict.
 */
export const manyRows = <Name extends string>(
  label: string,
  names: readonly Name[],
  insert: (tx: Builders, schema: Schema, rows: Placeholders<Name>[]) => RowsQuery,
): ((tx: Transaction, schema: Schema, rows: readonly Readonly<Record<Name, unknown>>[]) => readonly Write[]) => {
  const shapes = SIZES.map((size): readonly [number, QueryShape] => [
    size,
    (tx, schema) =>
      insert(
        tx,
        schema,
        Array.from(
          { length: size },
          (_, row) =>
            Object.fromEntries(
              names.map((name, column) => [name, sql.placeholder(String(row * names.length + column))]),
            ) as Placeholders<Name>,
        ),
      ),
  ])
  return (tx, schema, rows) => {
    const writes: Write[] = []
    let from = 0
    for (const [size, shape] of shapes)
      for (; rows.length - from >= size; from += size) {
        // Under numbers: what is kept under a thousand names is slow to make and to find.
        const values: Record<number, unknown> = {}
        let place = 0
        for (const row of rows.slice(from, from + size))
          for (const name of names) {
            values[place] = row[name]
            place += 1
          }
        writes.push({ label, rows: tx.filled(shape, schema, values), expect: size })
      }
    return writes
  }
}
