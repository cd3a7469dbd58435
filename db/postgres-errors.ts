import { MissingReference, UniqueConflict, WriteConflict } from '#db/connection.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

// What the server says when it cannot: lost or refused connections (08, 57P), no room or no slots (53), a statement, a
// lock or a transaction that took too long (57014, 55P03, 25P03, 25P04), a disk that fails (58, XX001, XX002), a standby (25006),
// a login that is refused or a database that is not there (28, 3D), or not yet whole, as while a dump is read in (42P01), a list that lost to others time and again (40), and more
// notifications than the slowest listener leaves room for (54000).
const UNAVAILABLE = /^(08|53|57|58|28|3D|40)[0-9A-Z]{3}$|^(25006|25P03|25P04|42P01|54000|55P03|XX001|XX002)$/

// After these nothing more can be asked over a connection: lost, shut down, or idle within a transaction for too long.
const LOST = /^(08|57P)|^25P0[34]$/

const NETWORK =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|EACCES)$/

// What the driver says of itself has no code.
const OF_THE_DRIVER =
  /connection (terminated|timeout|error)|timeout (expired|exceeded)|read timeout|not queryable|after calling end/i

// Drizzle wraps the driver's error, sometimes twice.
const innermost = (thrown: unknown): unknown =>
  thrown instanceof Error && thrown.cause instanceof Error ? innermost(thrown.cause) : thrown

// What a connection is asked before it is used throws words of ours, which come wrapped as the driver's do.
const oursIn = (thrown: unknown): Error | undefined => {
  if (isPortalError(thrown) || thrown instanceof WriteConflict) return thrown
  return thrown instanceof Error ? oursIn(thrown.cause) : undefined
}

/** The SQLSTATE or the system's code of what the driver threw; undefined when it has none. */
const codeOf = (thrown: unknown): string | undefined => {
  const error = innermost(thrown)
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return OF_THE_DRIVER.test(error.message) ? 'CONNECTION_LOST' : undefined
}

/** Whether the connection is lost, or nobody answers on it: nothing more can be asked over it. */
export const lostConnection = (thrown: unknown): boolean => {
  const code = codeOf(thrown)
  return code !== undefined && (code === 'CONNECTION_LOST' || NETWORK.test(code) || LOST.test(code))
}

/** Whether PostgreSQL undid a transaction for another's sake, so that the same list may well succeed now. */
export const lostToAnother = (thrown: unknown): boolean => {
  const code = codeOf(thrown)
  return code === '40001' || code === '40P01'
}

/**
 * The error a store may let out for one of the driver's: UniqueConflict, MissingReference, `store.unavailable`, else
 * `server.internal`.
 * Driver messages carry parameters (digests, addresses), so only the code is kept.
 */
export const translatePostgresError = (thrown: unknown): Error => {
  const ours = oursIn(thrown)
  if (ours) return ours
  const code = codeOf(thrown)
  if (code === UNIQUE_VIOLATION) return new UniqueConflict()
  if (code === FOREIGN_KEY_VIOLATION) return new MissingReference(`database: ${code}`)
  if (code !== undefined && (code === 'CONNECTION_LOST' || UNAVAILABLE.test(code) || NETWORK.test(code)))
    return new PortalError('store.unavailable', { internal: `PostgreSQL: ${code}` })
  const name = code ?? (thrown instanceof Error ? thrown.constructor.name : typeof thrown)
  return new PortalError('server.internal', { internal: `database: ${name}` })
}
