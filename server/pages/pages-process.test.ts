import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '#db/contract/free-port.ts'
import { isGone, ready, smallStarts, until } from '#server/small-starts.fixture.ts'

const METRICS_TOKEN = 'a-token-for-prometheus'

let starts: ReturnType<typeof smallStarts>
beforeEach(() => {
  starts = smallStarts()
})
afterEach(() => starts.end())

const launch: typeof starts.launch = (env) =>
  starts.launch({ FIXTURE_APART: '1', TMPDIR: starts.folder, LATCHKEY_METRICS_TOKEN: METRICS_TOKEN, ...env })
const textOf = async (url: string): Promise<string> => (await fetch(url)).text()
const pidOf = async (url: string): Promise<number> => Number(await textOf(`${url}/pid`))

const childrenOf = (pid = 0): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const isOfPages = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--pages')
/** The room for young objects that a process was given; the last word counts. */
const youngGenerationOf = (pid: number): string | undefined =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    .split('\0')
    .findLast((word) => word.startsWith('--max-semi-space-size='))
const untilGone = (pid: number) => until(async () => (isGone(pid) ? 'gone' : undefined))
const sockets = () => readdirSync(starts.folder).filter((name) => name.startsWith('latchkey-'))
const slowPage = async (url: string): Promise<{ readonly answer: Promise<string> }> => {
  const form = { method: 'POST', headers: { origin: url }, body: 'a=1' }
  const answer = fetch(`${url}/slow`, form).then((response) => response.text())
  await until(async () => starts.holds('slow-began') || undefined)
  return { answer }
}

describe.each(['1', '2'])('with %s processes that answer, the one of the pages', (workers) => {
  const begin = async () => {
    const child = launch({ LATCHKEY_WORKERS: workers })
    const url = await ready(child)
    return { child, url, pages: await pidOf(url) }
  }

  it('is one for all, beside them, and gives way to them', async () => {
    const { child, url, pages } = await begin()
    for (let turn = 0; turn < 8; turn += 1) {
      expect(await pidOf(url)).toBe(pages)
      expect(await textOf(`${url}/api/pid`)).not.toBe(String(pages))
    }
    expect(pages).not.toBe(child.process.pid)
    expect(await textOf(`${url}/rank`)).toBe('5')
  })

  it('keeps less room for young objects than they do', async () => {
    const { pages } = await begin()
    expect(youngGenerationOf(pages)).toBe('--max-semi-space-size=8')
  })

  it('shows its figures beside theirs', async () => {
    const { url } = await begin()
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
    const figures = await (await fetch(`${url}/metrics`, { headers })).text()
    expect(figures).toContain(`latchkey_processes ${workers}\n`)
    expect(figures).toContain('latchkey_processes{process="pages"} 1\n')
    expect(figures).toContain(`latchkey_ready ${workers}\n`)
    expect(figures).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect(figures).toMatch(/^process_resident_memory_bytes\{process="pages"\} \d+$/m)
    expect(figures).toContain(`latchkey_grants_total{grant="refresh_token"} ${Number(workers) + 1}\n`)
  })

  it('is replaced when it is killed, and the API answers all the while', async () => {
    const { child, url, pages } = await begin()
    const asked = { over: false, statuses: new Set<number>() }
    const asking = (async () => {
      while (!asked.over) asked.statuses.add((await fetch(`${url}/api/pid`)).status)
    })()
    process.kill(pages, 'SIGKILL')
    const away = await until(async () => {
      const answer = await fetch(url)
      return answer.status === 503 ? answer : undefined
    })
    expect(away.headers.get('retry-after')).toBe('1')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await child.saying(new RegExp(`process ${pages} of the pages ended unexpectedly; another takes its place`))
    const other = await until(async () => {
      const answer = await fetch(`${url}/pid`)
      return answer.ok ? Number(await answer.text()) : undefined
    })
    expect(other).not.toBe(pages)
    asked.over = true
    await asking
    expect([...asked.statuses]).toEqual([200])
  })

  it('ends nobody where no other can begin in its place, and is there again once one can', async () => {
    const { child, url, pages } = await begin()
    writeFileSync(join(starts.folder, 'no-more-processes'), '')
    process.kill(pages, 'SIGKILL')
    await child.saying(/a process of the pages could not begin, it is tried again in a second: .*ENOENT/)
    expect((await fetch(`${url}/api/pid`)).status).toBe(200)
    rmSync(join(starts.folder, 'no-more-processes'))
    const other = await until(async () => {
      const answer = await fetch(`${url}/pid`)
      return answer.ok ? Number(await answer.text()) : undefined
    })
    expect(other).not.toBe(pages)
  })

  it('does not outlive the one that started it, and leaves no socket', async () => {
    const { child, pages } = await begin()
    expect(sockets()).toHaveLength(1)
    child.process.kill('SIGKILL')
    await untilGone(pages)
    expect(sockets()).toEqual([])
  })

  it.runIf(process.platform === 'linux')('does not outlive one that is killed while it begins', async () => {
    const child = launch({ LATCHKEY_WORKERS: workers })
    const pages = await until(async () => childrenOf(child.process.pid).find(isOfPages))
    child.process.kill('SIGKILL')
    expect(await untilGone(pages)).toBe('gone')
    expect(sockets()).toEqual([])
  })

  it.each(['the first alone', 'all of them'])('ends last when %s hears SIGTERM: a form is finished', async (who) => {
    const { child, url, pages } = await begin()
    const slow = await slowPage(url)
    if (who === 'all of them') process.kill(pages, 'SIGTERM')
    child.process.kill('SIGTERM')
    expect(await slow.answer).toBe('page')
    expect(await child.ended).toBe(0)
    expect(isGone(pages)).toBe(true)
    expect(readdirSync(starts.folder)).toEqual(expect.arrayContaining([`pages-closed-${pages}`, `flushed-${pages}`]))
    expect(sockets()).toEqual([])
    expect(child.output().stderr).toBe('')
  })

  it('ends the start in one line when it cannot open them', async () => {
    const child = launch({ LATCHKEY_WORKERS: workers, FIXTURE_NO_PAGES: '1' })
    expect(await child.ended).toBe(1)
    expect(child.output()).toEqual({ stdout: '', stderr: 'latchkey: There are no pages here.\n' })
    expect(sockets()).toEqual([])
  })

  it('ends it as well where its socket cannot lie', async () => {
    const nowhere = join(starts.folder, 'nowhere')
    const child = launch({ LATCHKEY_WORKERS: workers, TMPDIR: nowhere })
    expect(await child.ended).toBe(1)
    const line = `latchkey: TMPDIR is ${nowhere}, where no folder can be made; the pages' socket has to lie in one.\n`
    expect(child.output()).toEqual({ stdout: '', stderr: line })
  })
})

describe('a page that leaves its event loop no turn', () => {
  /** What comes of a request to the API while such a page is made; it is made until that is known, at most 30 s. */
  const askMeanwhile = async (url: string, patienceMs: number): Promise<'answered' | 'waiting'> => {
    const page = textOf(`${url}/spin`)
    await until(async () => starts.holds('spin-began') || undefined)
    const asked = textOf(`${url}/api/pid`)
    const first = await Promise.race([asked.then(() => 'answered' as const), delay(patienceMs, 'waiting' as const)])
    writeFileSync(join(starts.folder, 'let-go'), '')
    await Promise.all([asked, page])
    return first
  }

  it('keeps nobody waiting who validates', async () => {
    expect(await askMeanwhile(await ready(launch()), 25_000)).toBe('answered')
  })

  it('would, were it made on the event loop that answers', async () => {
    expect(await askMeanwhile(await ready(launch({ FIXTURE_APART: '' })), 1000)).toBe('waiting')
  })
})

describe('a start', () => {
  it('has its API before it has pages, and is ready with them', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const child = launch({ FIXTURE_PAGES_WAIT: '1', PORT: String(port) })
    await until(async () => (await fetch(`${url}/api/pid`)).ok || undefined)
    for (const path of ['/', '/readyz']) expect((await fetch(`${url}${path}`)).status).toBe(503)
    expect(child.output().stdout).toBe('')
    writeFileSync(join(starts.folder, 'open-pages'), '')
    await ready(child)
    expect(await textOf(url)).toBe('page')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })
})

describe('one that dies again and again', () => {
  it('is replaced at once five times, and then has to wait', async () => {
    const child = launch()
    const url = await ready(child)
    for (let death = 0; death < 6; death += 1) {
      const pages = await until(async () => {
        const answer = await fetch(`${url}/pid`)
        return answer.ok ? Number(await answer.text()) : undefined
      })
      process.kill(pages, 'SIGKILL')
      const what = death < 5 ? 'another takes its place' : String.raw`too many did, the next begins in \d\d? s`
      await child.saying(new RegExp(`process ${pages} of the pages ended unexpectedly; ${what}`))
    }
    expect((await fetch(`${url}/api/pid`)).status).toBe(200)
  })
})
