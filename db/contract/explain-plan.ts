import Database from 'better-sqlite3'
import { is, Placeholder } from 'drizzle-orm'

type Statement = { toSQL(): { readonly sql: string; readonly params: readonly unknown[] } }

/** How SQLite would carry out a statement, whatever comes in its placeholders: a line for each step. */
export const explainPlan = (file: string, statement: Statement): string => {
  const { sql, params } = statement.toSQL()
  const client = new Database(file, { readonly: true })
  const steps = client
    .prepare(`explain query plan ${sql}`)
    .all(...params.map((param) => (is(param, Placeholder) ? null : param)))
  client.close()
  return steps.map((step) => String((step as { readonly detail: unknown }).detail)).join('\n')
}
