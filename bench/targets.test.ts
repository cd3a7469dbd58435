import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '#bench/answer-parent.ts'
import { type Child, startChild } from '#bench/child.ts'
import { measure } from '#bench/measure.ts'
import { measurePairs } from '#bench/measure-pairs.ts'
import { type Side, worksWith } from '#bench/works.ts'

// `npm run bench` in short: our processes over some tens of tokens, and a generator that hardly generates. Peers and pages are
// not asked for here; pages are in e2e/specs/bench-pages.spec.ts.
const TOKENS = 60
const COLD = 40

let folder: string
let server: Child
const startServer = (): Promise<Child> => startChild('./latchkey-server.ts', String(TOKENS), String(COLD), folder)
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  server = await startServer()
}, 60_000)
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const targetOf = (child: Child, name: string): Target => {
  const target = (child.ready as Readonly<Record<string, Target>>)[name]
  if (!target) throw new Error(`there is no ${name}`)
  return target
}
const coldHeaders = (): readonly Record<string, string>[] =>
  JSON.parse(readFileSync(targetOf(server, 'cold').headersFile ?? '', 'utf8'))

const send = async ({ url, method = 'GET', headers = {}, body }: Target) => {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  return { status: response.status, bytes: Buffer.byteLength(text), json: () => JSON.parse(text) }
}
const answerOf = async (name: string, differing: Partial<Target> = {}) => {
  const { status, json } = await send({ ...targetOf(server, name), ...differing })
  expect(status).toBe(200)
  return json()
}

/** Sends one request after the other, and says of the slice what the real generator says. */
const load: Child = {
  ready: 'ready',
  stop: async () => undefined,
  ask: async (question) => {
    const { milliseconds, ...target } = question as Target & { readonly milliseconds: number }
    const began = performance.now()
    let answered = 0
    let failed = 0
    while (performance.now() - began < milliseconds) {
      const { status } = await send(target)
      answered += 1
      if (status !== 200) failed += 1
    }
    return { answered, failed, seconds: (performance.now() - began) / 1000, p50: 1, p99: 2 }
  },
}

describe('what our process is measured by', () => {
  it('validates an access token and a bearer JWT, for a permission', async () => {
    expect(await answerOf('access')).toMatchObject({ active: true, permissions: ['projects:read', 'projects:write'] })
    expect(await answerOf('bearer')).toMatchObject({ active: true, permissions: ['projects:read'] })
    const { url, headers } = targetOf(server, 'access')
    const other = await send({ url: url.replace('projects:read', 'nothing:read'), ...(headers ? { headers } : {}) })
    expect(other.status).toBe(403)
  })

  it('is held against a bare reply of the same size', async () => {
    const bare = await startChild('./bare-server.ts')
    try {
      const [ours, theirs] = [await send(targetOf(server, 'access')), await send(targetOf(bare, 'reply'))]
      expect(ours.bytes / theirs.bytes).toBeGreaterThan(0.9)
      expect(ours.bytes / theirs.bytes).toBeLessThan(1.1)
    } finally {
      await bare.stop()
    }
  })

  it('has a token for each request of those that nobody has met, and none twice', async () => {
    const all = coldHeaders()
    const found = await Promise.all(all.map((headers) => answerOf('cold', { headers })))
    expect(new Set(found.map(({ token }) => token.id)).size).toBe(COLD)
  })

  it('exchanges without a refresh token and with one', async () => {
    expect(await answerOf('exchange')).not.toHaveProperty('refresh_token')
    expect(await answerOf('exchangeWithRefresh')).toHaveProperty('refresh_token')
  })

  it('has a chain of refresh tokens for each connection', async () => {
    const { chain = [], body } = targetOf(server, 'refresh')
    expect(new Set(chain).size).toBe(32)
    const { refresh_token: next } = await answerOf('refresh', { body: `${body}&refresh_token=${chain[0]}` })
    expect(await answerOf('refresh', { body: `${body}&refresh_token=${next}` })).toHaveProperty('access_token')
  })

  it('introspects a bearer JWT that is good (regression: it was bound to addresses, and none was said)', async () => {
    expect(await answerOf('introspect')).toMatchObject({ active: true, scope: 'projects:read' })
  })
})

describe('our next process', () => {
  it('answers for the same tokens, at the same address', async () => {
    const before = targetOf(server, 'access')
    await server.stop()
    server = await startServer()
    expect(targetOf(server, 'access')).toEqual(before)
    expect(await answerOf('access')).toMatchObject({ active: true })
  }, 60_000)
})

describe('a slice', () => {
  const side: Side = { server: ['./latchkey-server.ts'], target: 'exchange' }

  it('says how much was answered and what it cost the server', async () => {
    const { perSecond, cpuSecondsPer100k, megabytes, p50, p99 } = await measure(load, server, side, 200)
    for (const figure of [perSecond, cpuSecondsPer100k, megabytes]) expect(figure).toBeGreaterThan(0)
    expect([p50, p99]).toEqual([1, 2])
  })

  it('counts for nothing once anything was refused', async () => {
    const refused: Child = { ...load, ask: async (question) => load.ask({ ...(question as Target), headers: {} }) }
    await expect(measure(refused, server, side, 20)).rejects.toThrow(
      /^[1-9]\d* requests of exchange were not answered 200$/,
    )
  })
})

describe('a comparison', () => {
  it('takes turns, with new processes of both sides, and leaves none of them', async () => {
    const started: { readonly side: Side; stopped: boolean }[] = []
    const asked: string[] = []
    const start = async (side: Side): Promise<Child> => {
      const child = await startChild(...side.server)
      const one = { side, stopped: false }
      started.push(one)
      return {
        ...child,
        stop: async () => {
          await child.stop()
          one.stopped = true
        },
      }
    }
    const ours: Side = { server: ['./bare-server.ts', 'ours'], target: 'reply' }
    const theirs: Side = { server: ['./bare-server.ts', 'theirs'], target: 'reply' }
    const watched: Child = {
      ...load,
      ask: (question) => {
        asked.push(new URL((question as Target).url).port)
        return load.ask(question)
      },
    }
    const pace = { pairs: 3, processes: 2, warmUpMs: 20, sliceMs: 10 }
    const pairs = await measurePairs(start, { load: watched, ours, theirs }, pace)
    expect(pairs).toHaveLength(3)
    expect(started.map(({ side }) => side)).toEqual([ours, theirs, ours, theirs])
    expect(started.every(({ stopped }) => stopped)).toBe(true)
    // A warm-up and two slices of the first processes, a warm-up and one of the second, theirs first each time.
    const ports = [...new Set(asked)]
    expect(asked.map((port) => ports.indexOf(port))).toEqual([0, 1, 0, 1, 0, 1, 2, 3, 2, 3])
  }, 60_000)
})

describe('the works', () => {
  it('are measured by what their processes offer', () => {
    const sides = worksWith(1_000_000, 300_000).flatMap(({ ours, against }) => [
      ours,
      ...against.map(({ side }) => side),
    ])
    const targets = sides.filter(({ server: [file] }) => file === './latchkey-server.ts').map(({ target }) => target)
    expect(Object.keys(server.ready as object)).toEqual(expect.arrayContaining([...new Set(targets)]))
  })

  it('of cold tokens have enough of them for both processes they are held against', () => {
    const cold = worksWith(1_000_000, 300_000).find(({ name }) => name.includes('cold'))
    expect(cold?.ours.server).toEqual(['./latchkey-server.ts', '1000000', '600000'])
    expect(cold?.against[0]?.side.server).toEqual(['./latchkey-server.ts', '300000', '300000'])
  })
})
