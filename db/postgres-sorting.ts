import type { ClientBase } from 'pg'

/** What a PostgreSQL database says of the order of its texts. */
export type Sorting = {
  /** `c`: the machine's library, `i`: ICU, `b`: PostgreSQL itself. */
  readonly provider: string
  /** The locale of the machine's library. */
  readonly collate: string
  /** The locale of ICU, or of PostgreSQL itself. */
  readonly locale: string | null
}

// Older versions know the machine's library alone, and each calls the other locale otherwise: a row as JSON has what there is.
/** Reads it: one row, over any connection to the database. */
export const SORTING = `
  select coalesce(said ->> 'datlocprovider', 'c') as provider, said ->> 'datcollate' as collate,
    coalesce(said ->> 'datlocale', said ->> 'daticulocale') as locale
  from (select to_jsonb(pg_database) as said from pg_database where datname = current_database()) as here`

const BY_BYTES = /^(?:C|POSIX|C\.UTF-?8|PG_UNICODE_FAST)$/i

/**
 * By what a database sorts texts, where that is not their bytes; undefined where it is. Ids and digests that grow with time
 * are compared in SQL: by the rules of a language some that are older come after some that are newer.
 */
export const languageOf = ({ provider, collate, locale }: Sorting): string | undefined => {
  if (provider === 'i') return `ICU ${locale ?? ''}`.trimEnd()
  const name = provider === 'b' ? (locale ?? '') : collate
  return BY_BYTES.test(name) ? undefined : name
}

/** What to do about it, and what a database that can be used is made by. */
export const SORTING_REMEDY =
  'Latchkey needs the order of their bytes. Dump it, and restore it into one made by createdb --template=template0 --locale=C --encoding=UTF8.'

/** By what the database behind a connection sorts, as `languageOf` says. Throws what the driver throws. */
export const readLanguage = async (client: ClientBase): Promise<string | undefined> => {
  const { rows } = await client.query<Sorting>(SORTING)
  return rows[0] && languageOf(rows[0])
}
