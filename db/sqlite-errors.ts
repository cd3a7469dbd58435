import Database from 'better-sqlite3'
import { UniqueConflict, WriteConflict } from '#db/connection.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'

// Drizzle wraps the driver's error; the driver's stands in `cause`.
const driverCode = (thrown: unknown): string | undefined => {
  const error = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  return error instanceof Database.SqliteError ? error.code : undefined
}

const UNAVAILABLE = /^SQLITE_(FULL|READONLY|IOERR|BUSY|LOCKED|CANTOPEN|PERM|NOMEM|CORRUPT|NOTADB)/

/**
 * The error a store may let out for one of the driver's: UniqueConflict, `store.unavailable`, else `server.internal`.
 * Driver messages carry parameters (digests, addresses), so only the driver's code is kept.
 */
export const translateSqliteError = (thrown: unknown): Error => {
  if (isPortalError(thrown) || thrown instanceof WriteConflict) return thrown
  const code = driverCode(thrown)
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return new UniqueConflict()
  if (code !== undefined && UNAVAILABLE.test(code)) return new PortalError('store.unavailable', { internal: code })
  const name = code ?? (thrown instanceof Error ? thrown.constructor.name : typeof thrown)
  return new PortalError('server.internal', { internal: `database: ${name}` })
}
