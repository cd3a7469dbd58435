import Database from 'better-sqlite3'
import { MissingReference, UniqueConflict, WriteConflict } from '#db/connection.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'

/** What an error of the driver comes to, in plain data: it may cross from one thread to another. */
export type SqliteFailure = {
  readonly kind: 'unique' | 'reference' | 'unavailable' | 'internal'
  /** The driver's code or the name of the error, for the log. */
  readonly internal: string
}

// Drizzle wraps the driver's error; the driver's stands in `cause`.
const driverCode = (thrown: unknown): string | undefined => {
  const error = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  return error instanceof Database.SqliteError ? error.code : undefined
}

const UNAVAILABLE = /^SQLITE_(FULL|READONLY|IOERR|BUSY|LOCKED|CANTOPEN|PERM|NOMEM|CORRUPT|NOTADB)/

/** Reads what the driver threw. Its messages carry parameters (digests, addresses), so only its code is kept. */
export const readSqliteFailure = (thrown: unknown): SqliteFailure => {
  const code = driverCode(thrown)
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return { kind: 'unique', internal: code }
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return { kind: 'reference', internal: `database: ${code}` }
  if (code !== undefined && UNAVAILABLE.test(code)) return { kind: 'unavailable', internal: code }
  const name = code ?? (thrown instanceof Error ? thrown.constructor.name : typeof thrown)
  return { kind: 'internal', internal: `database: ${name}` }
}

/** The error a store may let out for a failure: UniqueConflict, MissingReference, `store.unavailable`, else `server.internal`. */
export const errorOf = ({ kind, internal }: SqliteFailure): Error => {
  if (kind === 'unique') return new UniqueConflict()
  if (kind === 'reference') return new MissingReference(internal)
  return new PortalError(kind === 'unavailable' ? 'store.unavailable' : 'server.internal', { internal })
}

/** The error a store may let out for what was thrown, by the driver or by a list of writes. */
export const translateSqliteError = (thrown: unknown): Error =>
  isPortalError(thrown) || thrown instanceof WriteConflict ? thrown : errorOf(readSqliteFailure(thrown))

/** Runs something over the driver; throws what a store may let out. */
export const translated = <Result>(run: () => Result): Result => {
  try {
    return run()
  } catch (thrown) {
    throw translateSqliteError(thrown)
  }
}
