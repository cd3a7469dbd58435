import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '#db/contract/temporary-database.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type Around, allAround } from '#server/metrics/around.ts'
import { BOUNDS, createDurations } from '#server/metrics/durations.ts'
import { createMeasured } from '#server/metrics/measured.ts'
import { watchConnection, watchMailer } from '#server/metrics/watch-ports.ts'

const MAIL = { to: 'a@b.example', subject: 's', text: 't' }

describe('durations', () => {
  it('are counted up to each bound, the bound included', () => {
    const durations = createDurations()
    for (const milliseconds of [0.1, 0.5, 0.6, 20_000]) durations.add(milliseconds)
    const { upTo, count, sum } = durations.read()
    expect(upTo.slice(0, 2)).toEqual([2, 3])
    expect(upTo).toHaveLength(BOUNDS.length)
    expect(upTo.at(-1)).toBe(3)
    expect(count).toBe(4)
    expect(sum).toBeCloseTo(20.0012)
  })
})

describe('what is measured', () => {
  it('counts requests by kind and status, and operations with their failures', async () => {
    const { watcher, around, requests, requestDurations, operationDurations, failures } = createMeasured()
    const request = { routeClass: 'validate', method: 'GET', status: 200, milliseconds: 1, requestId: 'r' } as const
    watcher(request)
    watcher({ ...request, status: 401 })
    expect([...requests.counts()]).toEqual([
      ['validate 200', 1],
      ['validate 401', 1],
    ])
    expect(requestDurations.get('validate')?.read().count).toBe(2)
    expect(await around('mail.send', async () => 'sent')).toBe('sent')
    await expect(around('mail.send', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    expect(operationDurations.get('mail.send')?.read().count).toBe(2)
    expect([...failures.counts()]).toEqual([['mail.send', 1]])
  })

  it('stands around reads, lists of writes and mails, and nowhere when nobody watches', async () => {
    const database = await temporaryDatabase()
    const { around, operationDurations, failures } = createMeasured()
    const watched = watchConnection(database.connection, around)
    const { queries, schema } = watched
    await watched.read(queries.select().from(schema.users))
    await watched.prepared((built) => built.select().from(schema.users))({})
    await watched.atomically(() => [])
    const mailer = { send: () => Promise.reject(new PortalError('mail.unavailable')) }
    await expect(watchMailer(mailer, around).send(MAIL)).rejects.toMatchObject({ code: 'mail.unavailable' })
    expect([...operationDurations].map(([name, durations]) => [name, durations.read().count])).toEqual([
      ['store.read', 2],
      ['store.write', 1],
      ['mail.send', 1],
    ])
    expect([...failures.counts()]).toEqual([['mail.send', 1]])
    expect(watchConnection(database.connection, undefined)).toBe(database.connection)
    expect(watchMailer(mailer, undefined)).toBe(mailer)
    await database.remove()
  })

  it('may be watched by several, the first outermost', async () => {
    const steps: string[] = []
    const saying =
      (name: string): Around =>
      async (_operation, run) => {
        steps.push(`${name} begins`)
        const outcome = await run()
        steps.push(`${name} ends`)
        return outcome
      }
    await allAround([saying('a'), saying('b')])?.('store.read', async () => steps.push('work'))
    expect(steps).toEqual(['a begins', 'b begins', 'work', 'b ends', 'a ends'])
    expect(allAround([])).toBeUndefined()
  })
})
