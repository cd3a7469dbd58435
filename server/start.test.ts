import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '#db/contract/free-port.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { answeringAt, isGone, pidOf, ready, smallStarts, until } from '#server/small-starts.fixture.ts'

let starts: ReturnType<typeof smallStarts>
beforeEach(() => {
  starts = smallStarts()
})
afterEach(() => starts.end())

const launch: typeof starts.launch = (env) => starts.launch(env)
const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const slowRequest = async (url: string): Promise<{ readonly answer: Promise<Response> }> => {
  const answer = fetch(`${url}/api/slow`)
  await until(async () => starts.holds('slow-began') || undefined)
  return { answer }
}

describe('one process', () => {
  it('says where it is, then what its reader should know', async () => {
    const child = launch()
    const url = await ready(child)
    await child.saying(/Mail is written/)
    expect(child.output().stdout.split('\n')).toEqual([
      `Latchkey is ready at ${url}`,
      'a line for the terminal',
      'Mail is written to data/outbox; set SMTP_URL to send it.',
      '',
    ])
    expect(await (await fetch(`${url}/readyz`)).text()).toBe('ok\n')
    expect(await (await fetch(url)).text()).toBe('page')
  })

  it.each(['1', '2'])('says of a demo in %s processes that it sends no mail', async (LATCHKEY_WORKERS) => {
    const child = launch({ LATCHKEY_WORKERS, FIXTURE_DEMO: '1' })
    await child.saying(/Mail is written/)
    expect(child.output().stdout).toMatch(/^Mail is written to data\/outbox; a demo sends none\.$/m)
  })

  it('answers the API while its pages are opened, and calls itself ready with them', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const child = launch({ PORT: String(port), FIXTURE_PAGES_WAIT: '1' })
    await until(async () => ((await fetch(`${url}/api/pid`)).ok ? true : undefined))
    for (const path of ['/', '/readyz']) {
      const answer = await fetch(`${url}${path}`)
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('starting')])
    }
    expect(child.output().stdout).toBe('')
    writeFileSync(join(starts.folder, 'open-pages'), '')
    await ready(child)
    expect(await (await fetch(`${url}/readyz`)).text()).toBe('ok\n')
    expect(await (await fetch(url)).text()).toBe('page')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s finishes what is under way, stores use, closes, ends with 0',
    async (signal) => {
      const child = launch()
      const url = await ready(child)
      const slow = await slowRequest(url)
      child.process.kill(signal)
      expect(await (await slow.answer).json()).toBe('done')
      await expect(fetch(`${url}/api/pid`)).rejects.toThrow('fetch failed')
      expect(await child.ended).toBe(0)
      expect(readFileSync(join(starts.folder, `flushed-${child.process.pid}`), 'utf8')).toBe('1')
      expect(readdirSync(starts.folder)).toContain(`closed-${child.process.pid}`)
      expect(child.output().stderr).toBe('')
    },
  )

  it('takes the same signal heard twice for one wish', async () => {
    const child = launch()
    const slow = await slowRequest(await ready(child))
    child.process.kill('SIGINT')
    child.process.kill('SIGINT')
    expect(await (await slow.answer).json()).toBe('done')
    expect(await child.ended).toBe(0)
  })

  it('ends at once on a second signal when something hangs', async () => {
    const child = launch()
    const { port } = new URL(await ready(child))
    // A request that never completes holds the server for its whole grace.
    const socket = createConnection(Number(port), 'localhost')
    socket.on('error', () => undefined)
    const head = 'POST /api/pid HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue'
    socket.write(`${head}\r\n\r\n1\r\na\r\n`)
    // The interim answer says that the request is under way.
    await once(socket, 'data')
    child.process.kill('SIGTERM')
    await delay(1100)
    expect(child.process.exitCode).toBeNull()
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(143)
    socket.destroy()
  })

  it('can be started again on its port after kill -9', async () => {
    const child = launch()
    const { port } = new URL(await ready(child))
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    expect(await ready(launch({ PORT: port }))).toBe(`http://localhost:${port}`)
  })

  it('is alive but not ready while it starts', async () => {
    const port = await freePort()
    const child = launch({ FIXTURE_DELAY_MS: '1500', PORT: String(port) })
    const url = `http://localhost:${port}`
    const alive = await until(() => fetch(`${url}/healthz`))
    expect(alive.status).toBe(200)
    for (const path of ['/readyz', '/', '/api/pid']) {
      const answer = await fetch(`${url}${path}`)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    await ready(child)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  it('can be broken off while it starts', async () => {
    const port = await freePort()
    const child = launch({ FIXTURE_DELAY_MS: '5000', PORT: String(port) })
    await until(() => fetch(`http://localhost:${port}/healthz`))
    child.process.kill('SIGINT')
    expect(await child.ended).toBe(0)
  })
})

describe('a start that cannot be', () => {
  const refusal = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const child = launch(env)
    expect(await child.ended).toBe(1)
    expect(child.output().stdout).toBe('')
    return child.output().stderr
  }

  it('names the setting', async () => {
    expect(await refusal({ PORT: 'http' })).toBe(
      'latchkey: PORT is "http", but should be a whole number from 0 to 65535.\n',
    )
  })

  it.each(['1', '2'])('names the port that is taken, with %s processes asked for', async (workers) => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, resolve))
    const port = portOf(other)
    expect(await refusal({ PORT: String(port), LATCHKEY_WORKERS: workers })).toBe(
      `latchkey: PORT is ${port}, which another program listens on. Stop it, or set PORT to a free one.\n`,
    )
    await new Promise((resolve) => other.close(resolve))
  })

  it('says what is wrong with the database', async () => {
    const line = 'latchkey: The database x.db was made by a newer version.\n'
    expect(await refusal({ FIXTURE_FAILURE: 'newer' })).toBe(line)
    expect(await refusal({ FIXTURE_FAILURE: 'newer', LATCHKEY_WORKERS: '2' })).toBe(line)
  })
})

describe('several processes', () => {
  const workersOf = (url: string) => answeringAt(url, 2)

  it('share one port, are announced once, and all stop and store', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2' })
    const url = await ready(child)
    const pids = await workersOf(url)
    expect(pids.size).toBe(2)
    expect(pids).not.toContain(child.process.pid)
    const slow = await slowRequest(url)
    child.process.kill('SIGTERM')
    expect(await (await slow.answer).json()).toBe('done')
    expect(await child.ended).toBe(0)
    for (const pid of pids) expect(readdirSync(starts.folder)).toContain(`flushed-${pid}`)
    expect(child.output().stdout.match(/is ready/g)).toHaveLength(1)
    expect(child.output().stderr).toBe('')
  })

  it('stop in peace when Ctrl-C reaches every one of them', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2' })
    const url = await ready(child)
    const pids = await workersOf(url)
    for (const pid of [...pids, child.process.pid ?? 0]) process.kill(pid, 'SIGINT')
    expect(await child.ended).toBe(0)
    for (const pid of pids) expect(readdirSync(starts.folder)).toContain(`flushed-${pid}`)
  })

  it('get another in the place of one that was killed', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2' })
    const url = await ready(child)
    const victim = await pidOf(url)
    process.kill(victim, 'SIGKILL')
    await child.saying(new RegExp(`process ${victim} ended unexpectedly; another takes its place`))
    const pids = await until(async () => {
      const found = await workersOf(url)
      return found.size === 2 && !found.has(victim) ? found : undefined
    })
    expect(pids).not.toContain(victim)
  })

  it('answer alone until the one that takes a place can as well', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2', FIXTURE_LATER_DELAY_MS: '1000' })
    const url = await ready(child)
    const { host, port } = new URL(url)
    const victim = await pidOf(url)
    process.kill(victim, 'SIGKILL')
    await child.saying(/another takes its place/)
    const statuses = new Set<number>()
    const pids = new Set<number>()
    await until(async () => {
      // A connection of its own each time, of which the newcomer would get its share.
      const { status, body } = await sendRaw(Number(port), requestText('GET', '/api/pid', { host }))
      statuses.add(status)
      pids.add(Number(body))
      return pids.size === 2 || undefined
    })
    expect([...statuses]).toEqual([200])
    expect(pids).not.toContain(victim)
  })

  it('go on where none can begin in the place of one that was killed, and get it once one can', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2' })
    const url = await ready(child)
    const victim = await pidOf(url)
    const none = join(starts.folder, 'no-more-processes')
    writeFileSync(none, '')
    process.kill(victim, 'SIGKILL')
    await child.saying(/another process could not begin, it is tried again in a second: .*ENOENT/)
    const [other] = await workersOf(url)
    rmSync(none)
    const pids = await until(async () => {
      const found = await workersOf(url)
      return found.size === 2 ? found : undefined
    })
    expect(pids).toContain(other)
    expect(pids).not.toContain(victim)
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(0)
  })

  it('end when too many die', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2' })
    const url = await ready(child)
    const attack = setInterval(() => void fetch(`${url}/api/crash`).catch(() => undefined), 20)
    expect(await child.ended).toBe(1)
    clearInterval(attack)
    expect(child.output().stderr).toContain('too many did, giving up')
    expect(child.output().stderr.match(/another takes its place/g)).toHaveLength(5)
  })

  it('do not outlive the one that watches over them', async () => {
    const child = launch({ LATCHKEY_WORKERS: '2' })
    const pids = await workersOf(await ready(child))
    child.process.kill('SIGKILL')
    expect(pids.size).toBe(2)
    expect(await until(async () => ([...pids].every(isGone) ? 'gone' : undefined))).toBe('gone')
  })
})
