import Database from 'better-sqlite3'

type Statement = { toSQL(): { readonly sql: string; readonly params: readonly unknown[] } }

/** How SQLite would carry out a statement: a line for each step. */
export const explainPlan = (file: string, statement: Statement): string => {
  const { sql, params } = statement.toSQL()
  const client = new Database(file, { readonly: true })
  const steps = client.prepare(`explain query plan ${sql}`).all(...params)
  client.close()
  return steps.map((step) => String((step as { readonly detail: unknown }).detail)).join('\n')
}
