import Database from 'better-sqlite3'

// As versions 4 of RFC 9562 look; the numbers in them are drawn by SQLite.
const UUID = `lower(substr(hex(randomblob(4)), 1, 8) || '-' || substr(hex(randomblob(2)), 1, 4) || '-4' ||
  substr(hex(randomblob(2)), 2, 3) || '-a' || substr(hex(randomblob(2)), 2, 3) || '-' || substr(hex(randomblob(6)), 1, 12))`

const ACCOUNT_TOKENS = 100_000

/** One of the tokens that were made: what an access JWT of it says. */
export type Made = { readonly tenantId: string; readonly id: string; readonly jti: string }

const columnsOf = (database: Database.Database, table: string): readonly string[] =>
  (database.pragma(`table_info(${table})`) as readonly { readonly name: string }[]).map(({ name }) => name)

// Rows like one that is there, but for what is said: no knowledge of the schema that could grow old.
const copyRows = (
  database: Database.Database,
  table: string,
  differing: Readonly<Record<string, string>>,
  where: string,
  from = 'made',
): void => {
  const columns = columnsOf(database, table)
  const values = columns.map((column) => differing[column] ?? `original.${column}`)
  database.exec(
    `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${from} cross join ${table} original where ${where}`,
  )
}

/**
 * Makes so many tokens like one that was issued: 100,000 of them in its own account, the others in accounts like it.
 * For a database that no process has open. Answers some of them, spread over all.
 */
export const fillDatabase = (file: string, tokenId: string, count: number, wanted: number): readonly Made[] => {
  const database = new Database(file)
  database.pragma('synchronous = OFF')
  database.pragma('cache_size = -400000')
  database.pragma('temp_store = MEMORY')
  const accounts = Math.ceil(count / ACCOUNT_TOKENS)
  const original = `original.id = '${tokenId}'`
  database.exec('begin')
  database.exec(`create temp table places as
    with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${accounts})
    select i, case when i = 0 then (select tenant_id from tokens where id = '${tokenId}') else ${UUID} end tenant_id from n`)
  database.exec(`create temp table made as
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    select n.i, places.tenant_id, ${UUID} id, ${UUID} jti from n join places on places.i = n.i % ${accounts}`)
  copyRows(
    database,
    'tenants',
    { id: 'places.tenant_id', slug: `'account-' || places.i`, name: `'Account ' || places.i` },
    `places.i > 0 and original.id = (select tenant_id from tokens where id = '${tokenId}')`,
    'places',
  )
  const own = { tenant_id: 'made.tenant_id', token_id: 'made.id' }
  const time = 'original.created_at - 1 - made.i % 8000000'
  copyRows(database, 'tokens', { tenant_id: own.tenant_id, id: 'made.id', created_at: time }, original)
  copyRows(database, 'token_grants', own, `original.token_id = '${tokenId}'`)
  copyRows(database, 'credentials', { ...own, id: 'made.jti' }, `original.token_id = '${tokenId}'`)
  copyRows(database, 'token_directory', own, `original.token_id = '${tokenId}'`)
  database.exec('commit')
  const some = database
    .prepare('select tenant_id tenantId, id, jti from made where i % ? = 0 limit ?')
    .all(Math.max(1, Math.floor(count / wanted)), wanted) as readonly Made[]
  database.close()
  return some
}
