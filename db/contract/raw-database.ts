import Database from 'better-sqlite3'
import { BESIDE } from '#db/contract/postgres-database.ts'
import { openClient } from '#db/postgres-client.ts'

type Row = Readonly<Record<string, unknown>>

/** A database as any other program sees it: plain SQL that both dialects know. */
export type RawDatabase = {
  /** What a query answers. */
  rows(sql: string): Promise<readonly Row[]>
  run(sql: string): Promise<void>
  /** Makes every write of this kind to a table fail, or that of one id alone; answers what ends it. */
  breakTable(table: string, options?: BreakOptions): Promise<() => Promise<void>>
  /** Keeps everybody else from writing; answers what lets go. */
  hold(): Promise<() => Promise<void>>
  /** Cuts every connection of the product's; SQLite has none. */
  cut(): Promise<void>
  close(): Promise<void>
}

type BreakOptions = { readonly verb?: 'insert' | 'update'; readonly id?: string }

const openSqliteFile = (file: string): RawDatabase => {
  const client = new Database(file)
  const run = async (sql: string): Promise<void> => void client.exec(sql)
  return {
    run,
    rows: async (sql) => client.prepare<[], Row>(sql).all(),
    breakTable: async (table, { verb = 'insert', id } = {}) => {
      const when = id === undefined ? '' : `when new.id = '${id}'`
      await run(`create trigger saboteur before ${verb} on ${table} ${when} begin select raise(abort, 'no'); end`)
      return () => run('drop trigger saboteur')
    },
    hold: async () => {
      await run('begin immediate')
      return () => run('rollback')
    },
    cut: async () => {},
    close: async () => void client.close(),
  }
}

const SABOTEUR = `
  create schema saboteur;
  create function saboteur.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`

const CUT = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'latchkey'`

const openPostgresUrl = (url: string): RawDatabase => {
  const client = openClient(url, BESIDE)
  // One after the other, though a test may ask for several at once.
  let turn: Promise<unknown> = Promise.resolve()
  const ask = (sql: string) => {
    const asked = turn.then(async () => (await client).query<Row>(sql))
    turn = asked.catch(() => undefined)
    return asked
  }
  const run = async (sql: string): Promise<void> => void (await ask(sql))
  return {
    run,
    rows: async (sql) => (await ask(sql)).rows,
    breakTable: async (table, { verb = 'insert', id } = {}) => {
      const when = id === undefined ? '' : `when (new.id = '${id}')`
      await run(SABOTEUR)
      await run(
        `create trigger saboteur before ${verb} on ${table} for each row ${when} execute function saboteur.refuse()`,
      )
      return () => run('drop schema saboteur cascade')
    },
    hold: async () => {
      await run('begin')
      // Whoever else holds a lock and does nothing is ended after 10 s; a test says itself when it lets go.
      await run('set local idle_in_transaction_session_timeout = 0')
      await run('lock table tokens, refresh_tokens, users in exclusive mode')
      return () => run('rollback')
    },
    cut: () => run(CUT),
    close: async () => (await client).end(),
  }
}

/** Opens a database beside whoever else uses it, by its DATABASE_URL. */
export const openRaw = (url: string): RawDatabase =>
  url.startsWith('file:') ? openSqliteFile(url.slice('file:'.length)) : openPostgresUrl(url)
