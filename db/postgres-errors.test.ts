import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { MissingReference, UniqueConflict, WriteConflict } from '#db/connection.ts'
import { lostConnection, lostToAnother, translatePostgresError } from '#db/postgres-errors.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const PARAMETER = 'digest-of-a-secret'

const driverError = (code: string): Error => {
  const error = new DatabaseError(`duplicate key (${PARAMETER})`, 1, 'error')
  return Object.assign(error, { code, detail: `Key (digest)=(${PARAMETER}) already exists.` })
}
const wrapped = (cause: Error): Error => new Error(`Failed query: insert … params: ${PARAMETER}`, { cause })
const both = (error: Error) => [error, wrapped(error), wrapped(wrapped(error))]

/** Everything an error holds that could be logged or rendered. */
const toldBy = (error: Error): string =>
  [String(error), error.stack, JSON.stringify(error, Object.getOwnPropertyNames(error))].join('\n')

describe('what the server cannot do now', () => {
  it.each([
    '08006',
    '08P01',
    '53100',
    '53200',
    '53300',
    '57014',
    '57P01',
    '57P02',
    '57P03',
    '55P03',
    '58030',
    '25006',
    '25P03',
    '25P04',
    '42P01',
    '54000',
    '28P01',
    '3D000',
    '40001',
    '40P01',
    'XX001',
    'XX002',
  ])('%s is `store.unavailable`, with the code alone inside', (code) => {
    for (const thrown of both(driverError(code))) {
      const error = translatePostgresError(thrown)
      expect(error).toMatchObject({ code: 'store.unavailable', internal: `PostgreSQL: ${code}` })
      expect(toldBy(error)).not.toContain(PARAMETER)
    }
  })
})

describe('a server that is not reached', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT'])(
    '%s is `store.unavailable`',
    (code) => {
      for (const thrown of both(Object.assign(new Error(`connect ${PARAMETER}`), { code }))) {
        const error = translatePostgresError(thrown)
        expect(error).toMatchObject({ code: 'store.unavailable', internal: `PostgreSQL: ${code}` })
        expect(lostConnection(thrown)).toBe(true)
      }
    },
  )

  // As pg and pg-pool say it.
  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated',
    'Connection terminated due to connection timeout',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('“%s” is `store.unavailable`', (message) => {
    for (const thrown of both(new Error(message))) {
      expect(translatePostgresError(thrown)).toMatchObject({
        code: 'store.unavailable',
        internal: 'PostgreSQL: CONNECTION_LOST',
      })
      expect(lostConnection(thrown)).toBe(true)
    }
  })
})

describe('a key that is taken', () => {
  it('is a UniqueConflict', () => {
    for (const thrown of both(driverError('23505'))) {
      const error = translatePostgresError(thrown)
      expect(error).toBeInstanceOf(UniqueConflict)
      expect(toldBy(error)).not.toContain(PARAMETER)
    }
  })
})

it('a row that belongs to one that is not there is a MissingReference', () => {
  for (const thrown of both(driverError('23503')))
    expect(translatePostgresError(thrown)).toBeInstanceOf(MissingReference)
})

describe('everything else', () => {
  it.each(['23502', '23503', '23514', '22001', '22021', '22003', '42601', '42804', 'P0001', 'XX000'])(
    '%s is `server.internal`, with the code alone inside',
    (code) => {
      for (const thrown of both(driverError(code))) {
        const error = translatePostgresError(thrown)
        expect(error).toMatchObject({ code: 'server.internal', internal: `database: ${code}` })
        expect(toldBy(error)).not.toContain(PARAMETER)
        expect(lostConnection(thrown)).toBe(false)
      }
    },
  )

  it.each([
    ['an error of ours', new TypeError(`cannot read ${PARAMETER}`), 'database: TypeError'],
    ['a text', PARAMETER, 'database: string'],
    ['nothing', undefined, 'database: undefined'],
  ])('%s is named by its kind', (_, thrown, internal) => {
    const error = translatePostgresError(thrown)
    expect(error).toMatchObject({ code: 'server.internal', internal })
    expect(toldBy(error)).not.toContain(PARAMETER)
  })

  it('passes on what is already in our words, unchanged', () => {
    for (const known of [new PortalError('role.in_use'), new WriteConflict('rights')])
      for (const thrown of both(known)) expect(translatePostgresError(thrown)).toBe(known)
  })

  it('takes a new connection that leads to a standby for a store that is away, and for no fault of ours', () => {
    const standby = new PortalError('store.unavailable', { internal: 'this PostgreSQL is a standby' })
    expect(translatePostgresError(wrapped(standby))).toMatchObject({ code: 'store.unavailable' })
  })
})

describe('what is worth another attempt', () => {
  it.each([
    ['40001', true],
    ['40P01', true],
    ['23505', false],
    ['57P01', false],
  ])('%s: %s', (code, expected) => {
    for (const thrown of both(driverError(code))) expect(lostToAnother(thrown)).toBe(expected)
  })

  it('is no conflict of ours', () => {
    expect(lostToAnother(new WriteConflict('rights'))).toBe(false)
  })
})
