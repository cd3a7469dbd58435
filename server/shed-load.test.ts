import { afterEach, describe, expect, it } from 'vitest'
import type { Edge } from '#server/edge.ts'
import { createHttpServer } from '#server/http-server.ts'
import { keptLog } from '#server/logging/kept-log.fixture.ts'
import type { LogFields } from '#server/logging/log.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { LOAD_LIMITS, shedLoad, startLagMeter } from '#server/shed-load.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

// Few enough to be reached by hand: pages 1, tokens 2, validations 3.
const LIMITS: typeof LOAD_LIMITS = Object.fromEntries(
  Object.entries(LOAD_LIMITS).map(([name, limit]) => [
    name,
    limit && { ...limit, underWay: { 256: 1, 1024: 2, 4096: 3 }[limit.underWay] ?? 0 },
  ]),
) as typeof LOAD_LIMITS

/** A server whose answers wait until they are let go, with the lag that a test says. */
const serve = async (protect: (edge: Edge, parts: Parameters<typeof shedLoad>[1]) => Edge = shedLoad) => {
  const state = { lag: 0, worked: 0 }
  const warnings: (LogFields | undefined)[] = []
  const gate = Promise.withResolvers<void>()
  const edge: Edge = async (_request, response) => {
    state.worked += 1
    await gate.promise
    response.end('done')
  }
  const parts = {
    url: 'http://localhost',
    log: { warn: (_text: string, fields?: LogFields) => void warnings.push(fields) },
    meter: { lag: () => state.lag },
    limits: LIMITS,
  }
  const http = createHttpServer(protect(edge, parts), keptLog().log)
  const port = await http.listen(0)
  stops.push(() => {
    gate.resolve()
    return http.stop(1000)
  })
  const ask = (path: string) => sendRaw(port, requestText('GET', path, { host: 'x' }))
  /** Sends a request that stays under way, and waits until it is. */
  const hold = async (path: string): Promise<{ readonly answer: ReturnType<typeof ask> }> => {
    const before = state.worked
    const answer = ask(path)
    while (state.worked === before) await new Promise((resolve) => setTimeout(resolve, 1))
    return { answer }
  }
  return { state, warnings, ask, hold, letGo: () => gate.resolve() }
}

describe('too much under way', () => {
  it('refuses pages first, then tokens, then validations, and health never', async () => {
    const { ask, hold, letGo, state } = await serve()
    const held = [await hold('/api/v1/validate')]
    expect((await ask('/a/acme')).status).toBe(503)
    expect((await ask('/api/v1/tenants/x/tokens')).status).toBe(503)
    held.push(await hold('/oauth/token'))
    expect((await ask('/oauth/token')).status).toBe(503)
    held.push(await hold('/api/v1/validate'))
    const refused = await ask('/api/v1/validate')
    expect(refused.status).toBe(503)
    const health = await hold('/readyz')
    expect(state.worked).toBe(4)
    letGo()
    for (const { answer } of [...held, health]) expect((await answer).status).toBe(200)
    expect((await ask('/a/acme')).status).toBe(200)
  })

  it('says when to come back, in the words of the plane, and nothing was done', async () => {
    const { ask, hold, state } = await serve()
    await hold('/readyz')
    await hold('/oauth/token')
    const worked = state.worked
    const page = await ask('/a/acme')
    expect(page.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' })
    expect(JSON.parse(page.body)).toMatchObject({
      code: 'server.overloaded',
      status: 503,
      requestId: page.headers['x-request-id'],
    })
    const token = await ask('/oauth/token')
    expect(JSON.parse(token.body)).toMatchObject({ error: 'temporarily_unavailable' })
    expect(token.headers['retry-after']).toBe('1')
    expect(state.worked).toBe(worked)
  })

  it('is told to the log once in a while, not for each', async () => {
    const { ask, hold, warnings } = await serve()
    await hold('/readyz')
    for (let turn = 0; turn < 5; turn += 1) expect((await ask('/a/acme')).status).toBe(503)
    expect(warnings).toEqual([{ refused: 1, underWay: 1, lagMs: 0 }])
  })

  it('would be taken in without the door (saboteur)', async () => {
    const { hold, state } = await serve((edge) => edge)
    for (let turn = 0; turn < 5; turn += 1) await hold('/a/acme')
    expect(state.worked).toBe(5)
  })
})

describe('an event loop that runs late', () => {
  it('refuses in the same order', async () => {
    const { ask, letGo, state } = await serve()
    letGo()
    const answersAt = async (lag: number) => {
      state.lag = lag
      const answers = await Promise.all(['/', '/oauth/token', '/api/v1/validate', '/healthz'].map(ask))
      return answers.map(({ status }) => status)
    }
    expect(await answersAt(1001)).toEqual([503, 200, 200, 200])
    expect(await answersAt(2001)).toEqual([503, 503, 200, 200])
    expect(await answersAt(4001)).toEqual([503, 503, 503, 200])
    expect(await answersAt(0)).toEqual([200, 200, 200, 200])
  })

  it('is seen by the meter', async () => {
    const meter = startLagMeter()
    const until = performance.now() + 600
    while (performance.now() < until) Math.random()
    while (meter.lag() < 20) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(meter.lag()).toBeGreaterThanOrEqual(20)
    meter.stop()
  })
})
