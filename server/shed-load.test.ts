import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Edge } from '#server/edge.ts'
import { readWhole } from '#server/edge-body.ts'
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

// Later than the door looks at a body that began before.
const pastTheLook = () => delay(300)

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await delay(1)
}

const ANSWERED_EARLY = '/oauth/revoke'
const ANSWERED_AT_ONCE = '/oauth/introspect'

/**
 * A server whose answers wait until they are let go, with the lag that a test says; but for two paths: one is answered while its
 * body still comes, the other as soon as it is in.
 */
const serve = async (protect: (edge: Edge, parts: Parameters<typeof shedLoad>[1]) => Edge = shedLoad) => {
  const state = { lag: 0, worked: 0, arrived: 0, left: 0 }
  const warnings: (LogFields | undefined)[] = []
  const gate = Promise.withResolvers<void>()
  const work: Edge = async (request, response, awaitsContinue) => {
    state.worked += 1
    if (awaitsContinue) response.writeContinue()
    if (request.url === ANSWERED_EARLY) await pastTheLook()
    else if ((await readWhole(request, 1000)) === 'aborted') return
    state.arrived += 1
    if (request.url !== ANSWERED_EARLY && request.url !== ANSWERED_AT_ONCE) await gate.promise
    response.end('done')
  }
  const edge: Edge = async (...request) => {
    await work(...request)
    state.left += 1
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
    await until(() => state.worked > before)
    return { answer }
  }
  return { state, warnings, ask, hold, port, letGo: () => gate.resolve() }
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

type Served = Awaited<ReturnType<typeof serve>>

const SIZED = ['Content-Length: 2', 'a', 'b'] as const
const WAYS = [
  ['whose length was said', ...SIZED],
  ['in chunks', 'Transfer-Encoding: chunked', '1\r\na\r\n', '1\r\nb\r\n0\r\n\r\n'],
  ['that waits to be asked for', 'Content-Length: 2\r\nExpect: 100-continue', '', 'ab'],
] as const

const clientOf = ({ port, state }: Served) => {
  const socket: Socket = connect(port, '127.0.0.1')
  const told = { text: '' }
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    told.text += String(bytes)
  })
  stops.push(async () => void socket.destroy())
  return {
    /** Sends a request up to the middle of its body, and waits until it is under way. */
    begin: async (path: string, [lines, first]: readonly [string, string, ...string[]] = SIZED) => {
      const before = state.worked
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\n${first}`)
      await until(() => state.worked > before)
    },
    finish: (rest: string = SIZED[2]) => void socket.write(rest),
    answered: (times = 1) => until(() => told.text.split('200 OK').length === times + 1),
    leave: () => socket.destroy(),
  }
}

// 503 where nothing else is counted, neither more than nothing nor less: one page goes in, and the next does not.
const secondPage = async ({ ask, hold }: Served): Promise<number> => {
  await hold('/a/acme')
  return (await ask('/a/acme')).status
}

describe('a body that is slow to come', () => {
  it.each(WAYS)('%s does not count while it comes, and counts again when it is in', async (_, lines, first, rest) => {
    const served = await serve()
    const client = clientOf(served)
    await client.begin('/oauth/token', [lines, first])
    await pastTheLook()
    const page = await served.hold('/a/acme')
    client.finish(rest)
    await until(() => served.state.arrived === 2)
    expect((await served.ask('/oauth/token')).status).toBe(503)
    served.letGo()
    await client.answered()
    expect((await page.answer).status).toBe(200)
  })

  it('counts no more once it is answered, however often one connection brings one', async () => {
    const served = await serve()
    const client = clientOf(served)
    for (const times of [1, 2, 3]) {
      await client.begin(ANSWERED_AT_ONCE)
      await pastTheLook()
      client.finish()
      await client.answered(times)
    }
    expect(await secondPage(served)).toBe(503)
  })

  it('counts no more when it is answered before it is in, nor when the rest comes', async () => {
    const served = await serve()
    const client = clientOf(served)
    await client.begin(ANSWERED_EARLY)
    await client.answered()
    client.finish()
    // The same connection, so that the rest is in by then.
    await client.begin(ANSWERED_AT_ONCE)
    client.finish()
    await client.answered(2)
    expect(await secondPage(served)).toBe(503)
  })

  it.each([
    ['at once', async () => undefined],
    ['later', pastTheLook],
  ])('counts no more when its client goes %s', async (_, wait) => {
    const served = await serve()
    const clients = [clientOf(served), clientOf(served)]
    for (const client of clients) await client.begin('/oauth/token')
    await wait()
    for (const client of clients) client.leave()
    await until(() => served.state.left === clients.length)
    await pastTheLook()
    expect(await secondPage(served)).toBe(503)
  })

  it('counts from the first, and would keep pages away for as long as it likes if nobody looked (saboteur)', async () => {
    const served = await serve((edge, parts) => shedLoad(edge, { ...parts, slowBodyMs: 3_600_000 }))
    await clientOf(served).begin('/oauth/token')
    await pastTheLook()
    expect((await served.ask('/a/acme')).status).toBe(503)
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
