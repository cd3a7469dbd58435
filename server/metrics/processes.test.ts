import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '#db/contract/free-port.ts'
import { type Child, startChild } from '#server/child.fixture.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'

const PROGRAM = join(import.meta.dirname, '../small-start.fixture.ts')
const TOKEN = 'a-token-for-prometheus'

let folder: string
let child: Child
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-metrics-'))
})
afterEach(async () => {
  child.process.kill('SIGKILL')
  await child.ended
  rmSync(folder, { recursive: true })
})

const launch = async (env: Readonly<Record<string, string>>) => {
  child = startChild(PROGRAM, { PORT: '0', FIXTURE_FOLDER: folder, ...env })
  const [, url = ''] = await child.saying(/Latchkey is ready at (\S+)/)
  return new URL(url)
}

// A connection of its own each time, so that both processes get some.
const ask = async ({ host, port }: URL, path: string, lines: readonly string[] = []) =>
  sendRaw(Number(port), requestText('GET', path, { host, lines }))

describe('the figures of several processes', () => {
  it('are one, at their own address and at that of any of them', async () => {
    const metricsPort = await freePort()
    const url = await launch({
      LATCHKEY_WORKERS: '2',
      LATCHKEY_METRICS_PORT: String(metricsPort),
      LATCHKEY_METRICS_TOKEN: TOKEN,
    })
    const pids = new Set<string>()
    let asked = 0
    for (; asked < 60 && (asked < 10 || pids.size < 2); asked += 1) pids.add((await ask(url, '/api/pid')).body)
    expect(pids.size).toBe(2)
    const authorization = `Authorization: Bearer ${TOKEN}`
    const own = await ask(new URL(`http://127.0.0.1:${metricsPort}`), '/metrics', [authorization])
    for (const { body } of [
      own,
      await ask(url, '/metrics', [authorization]),
      await ask(url, '/metrics', [authorization]),
    ]) {
      expect(body).toContain('latchkey_processes 2\n')
      expect(body).toContain(`latchkey_requests_total{route="management",status="200"} ${asked}\n`)
      expect(body).toContain('latchkey_cache_entries{cache="claims"} 6\n')
      expect(body).toContain('latchkey_newest_change 7\n')
      expect(body).toContain('latchkey_chore_done_until_seconds{chore="purge"} 11\n')
    }
    expect((await ask(new URL(`http://127.0.0.1:${metricsPort}`), '/metrics')).status).toBe(401)
  })

  it('come from those that answer while another hangs', async () => {
    const metricsPort = await freePort()
    const url = await launch({ LATCHKEY_WORKERS: '2', LATCHKEY_METRICS_PORT: String(metricsPort) })
    const pid = Number((await ask(url, '/api/pid')).body)
    process.kill(pid, 'SIGSTOP')
    const { body } = await ask(new URL(`http://127.0.0.1:${metricsPort}`), '/metrics')
    process.kill(pid, 'SIGCONT')
    expect(body).toContain('latchkey_processes 1\n')
  })
})

describe('the figures of one process', () => {
  it('are at an address of their own, of this machine alone, and nowhere else', async () => {
    const metricsPort = await freePort()
    const url = await launch({ LATCHKEY_METRICS_PORT: String(metricsPort) })
    const there = new URL(`http://127.0.0.1:${metricsPort}`)
    expect((await ask(there, '/metrics')).body).toContain('latchkey_processes 1\n')
    expect((await ask(there, '/')).status).toBe(404)
    expect((await ask(url, '/metrics')).body).toBe('page')
  })

  it('stop the start when their address is taken', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const address = holder.address()
    const port = typeof address === 'object' && address ? address.port : 0
    child = startChild(PROGRAM, { PORT: '0', FIXTURE_FOLDER: folder, LATCHKEY_METRICS_PORT: String(port) })
    expect(await child.ended).toBe(1)
    expect(child.output().stderr).toContain(`LATCHKEY_METRICS_PORT is 127.0.0.1:${port}, which cannot be listened on.`)
    await new Promise((resolve) => holder.close(resolve))
  })
})
