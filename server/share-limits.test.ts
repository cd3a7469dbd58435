import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Child, startChild } from '#server/child.fixture.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'

const PROGRAM = join(import.meta.dirname, 'small-start.fixture.ts')
const LIMIT = 10

let folder: string
let child: Child
let url: URL
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-limits-'))
  child = startChild(PROGRAM, { PORT: '0', FIXTURE_FOLDER: folder, LATCHKEY_WORKERS: '3' })
  const [, said = ''] = await child.saying(/Latchkey is ready at (\S+)/)
  url = new URL(said)
})
afterEach(async () => {
  child.process.kill('SIGKILL')
  await child.ended
  rmSync(folder, { recursive: true })
})

// A connection of its own each time, so that every process gets some.
const ask = async (path: string): Promise<{ readonly status: number; readonly json: unknown }> => {
  const { status, body } = await sendRaw(Number(url.port), requestText('GET', path, { host: url.host }))
  return { status, json: JSON.parse(body) }
}

type Heard = ReadonlyMap<number, number>

/** Asks until every process has answered as it should, or until it makes no sense to wait longer; what each said last. */
const heardUntil = async (isSo: (heard: Heard) => boolean): Promise<Heard> => {
  const heard = new Map<number, number>()
  for (let round = 0; round < 600 && !isSo(heard); round += 1) {
    const [pid, count] = (await ask('/api/heard-of')).json as [number, number]
    heard.set(pid, count)
    await delay(10)
  }
  return heard
}

describe('several processes', () => {
  it('share what is left: each hears of what the others let through, and nothing of its own', async () => {
    const pids = [...(await heardUntil(({ size }) => size === 3)).keys()]
    const letThrough = new Map(pids.map((pid) => [pid, 0]))
    for (let n = 0; n < LIMIT; n += 1) {
      const { status, json } = await ask('/api/limited')
      expect(status).toBe(200)
      letThrough.set(Number(json), (letThrough.get(Number(json)) ?? 0) + 1)
    }
    const ofOthers = new Map([...letThrough].map(([pid, count]) => [pid, LIMIT - count]))
    const isTold = (heard: Heard) => pids.every((pid) => heard.get(pid) === ofOthers.get(pid))
    expect(await heardUntil(isTold)).toEqual(ofOthers)
    const refusing = new Set<unknown>()
    for (let n = 0; n < 200 && refusing.size < 3; n += 1) {
      const { status, json } = await ask('/api/limited')
      expect(status).toBe(429)
      refusing.add(json)
    }
    expect(refusing.size).toBe(3)
  })
})
