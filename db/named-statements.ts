import { createHash } from 'node:crypto'
import type { Pool, PoolClient, QueryConfig } from 'pg'

// Lists of values make a statement for each length; those that come late are planned each time.
const NAMES_MAX = 1000

const names = new Map<string, string>()

/** A name that follows from a statement's text, for the first thousand texts of a process; undefined for others. */
export const nameOfStatement = (text: string): string | undefined => {
  const known = names.get(text)
  if (known !== undefined || names.size >= NAMES_MAX) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
  names.set(text, name)
  return name
}

/**
 * A client on which every statement has a name, so that PostgreSQL parses and plans it once for each connection. A class,
 * since Drizzle takes a plain object for its settings.
 */
export class NamingClient {
  readonly #client: Pool | PoolClient
  constructor(client: Pool | PoolClient) {
    this.#client = client
  }

  /** As the client's own. */
  query(statement: QueryConfig, values: unknown[]) {
    statement.name ??= nameOfStatement(statement.text)
    return this.#client.query(statement, values)
  }
}
