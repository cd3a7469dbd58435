import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome, Statement, Writer } from '#db/writer/writer.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'

const DYING = { program: new URL('./dying-writer.fixture.ts', import.meta.url) }
const WRITING = fileURLToPath(new URL('./writing.fixture.ts', import.meta.url))

let folder: string
let file: string
let other: Database.Database
let writers: Writer[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  file = join(folder, 'latchkey.db')
  other = new Database(file)
  other.exec('create table names (name text primary key) strict')
  other.pragma('journal_mode = WAL')
  writers = []
})
afterEach(async () => {
  for (const writer of writers) await writer.close()
  other.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = (options?: Parameters<typeof openWriterThread>[1], path = file): Writer => {
  const writer = openWriterThread(path, options)
  writers.push(writer)
  return writer
}
const insert = (name: string, expected: Statement['expect'] = 1): readonly Statement[] => [
  { sql: 'insert into names values (?) returning name', params: [name], expect: expected },
]
const names = () => other.prepare<[], string>('select name from names order by name').pluck().all()
const done = (name: string) => ({ kind: 'done', rows: [[[name]]] })
const unavailable = (internal: unknown) => ({ kind: 'failed', failure: { kind: 'unavailable', internal } })

describe('a writer in its thread', () => {
  it('answers each list with what became of it, in whatever number they come', async () => {
    const writer = open()
    const expected = new Map<string, unknown>(Array.from({ length: 200 }, (_, n) => [`n${n}`, done(`n${n}`)]))
    expected.set('two', { kind: 'conflict', at: 0 })
    const outcomes = await Promise.all(
      [...expected.keys()].map((name) => writer.write(insert(name, name === 'two' ? 2 : 1))),
    )
    expect(outcomes).toEqual([...expected.values()])
    expect(names()).toHaveLength(200)
    expect(await writer.write(insert('n7'))).toMatchObject({ failure: { kind: 'unique' } })
  })

  it('has committed what it answers: another connection reads it at once', async () => {
    const writer = open()
    for (const name of ['ada', 'bea', 'cleo']) {
      await writer.write(insert(name))
      expect(names()).toContain(name)
    }
  })

  it('waits for somebody else’s lock while the event loop turns', async () => {
    const writer = open()
    await writer.write(insert('ada'))
    other.exec('begin immediate')
    const waiting = writer.write(insert('bea'))
    let outcome: Outcome | undefined
    void waiting.then((answered) => {
      outcome = answered
    })
    for (let turn = 0; turn < 100; turn += 1) await setImmediate()
    expect(outcome).toBeUndefined()
    other.exec('commit')
    expect(await waiting).toEqual(done('bea'))
  })

  it('fails lists as unavailable when the file cannot be opened', async () => {
    const writer = open({}, join(folder, 'elsewhere.db'))
    expect(await writer.write(insert('ada'))).toEqual(unavailable(expect.stringContaining('SQLITE_CANTOPEN')))
  })
})

describe('a writer that ends in the middle', () => {
  const dying = (how: 'at once' | 'after'): Statement => ({
    sql: `select 1 /* die ${how} */`,
    params: [],
    expect: 'any',
  })
  const ended = unavailable('the writer ended')

  it('fails what it had not answered, and starts again with nothing of it', async () => {
    const writer = open(DYING)
    expect(await writer.write(insert('ada'))).toEqual(done('ada'))
    const lost = [writer.write(insert('bea')), writer.write([...insert('cleo'), dying('at once')])]
    expect(await Promise.all(lost)).toEqual([ended, ended])
    expect(names()).toEqual(['ada'])
    expect(await writer.write(insert('bea'))).toEqual(done('bea'))
  })

  it('acknowledges nothing that it had committed and not answered', async () => {
    const writer = open(DYING)
    expect(await writer.write([...insert('ada'), dying('after')])).toEqual(ended)
    expect(names()).toEqual(['ada'])
    expect(await writer.write(insert('bea'))).toEqual(done('bea'))
  })

  it('is started again five times a minute at most: then lists fail at once', async () => {
    const writer = open(DYING)
    for (let start = 0; start < 5; start += 1) expect(await writer.write([dying('at once')])).toEqual(ended)
    expect(await writer.write(insert('ada'))).toEqual(unavailable('the writer keeps ending'))
    expect(names()).toEqual([])
  })
})

describe('closing', () => {
  it('writes what is under way, and refuses what comes later', async () => {
    const writer = open()
    const all = Array.from({ length: 200 }, (_, n) => `n${n}`)
    const outcomes = Promise.all(all.map((name) => writer.write(insert(name))))
    await writer.close()
    expect((await outcomes).every(({ kind }) => kind === 'done')).toBe(true)
    expect(names()).toEqual(all.sort())
    expect(await writer.write(insert('late'))).toEqual(unavailable('the writer is closed'))
    await writer.close()
  })

  it('starts nothing for a writer that wrote nothing', async () => {
    const writer = open({ program: new URL('./no-such-program.ts', import.meta.url) })
    await writer.close()
    expect(await writer.write(insert('late'))).toEqual(unavailable('the writer is closed'))
  })
})

describe('a program with a writer', () => {
  it('ends when it has nothing to do, closed or not, and not before it was answered', async () => {
    const child = spawn(process.execPath, [WRITING, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [[said], [code]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')])
    expect([String(said), code]).toEqual(['only\n', 0])
  })

  it('killed at any moment has lost nothing that it acknowledged', async () => {
    for (let round = 0; round < 3; round += 1) {
      other.exec('delete from names')
      const child = spawn(process.execPath, [WRITING, file, '32'], { stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.length > 2000 * (round + 1)) child.kill('SIGKILL')
      })
      await once(child.stdout, 'end')
      // The last line may be cut.
      const acknowledged = said.split('\n').slice(0, -1)
      expect(acknowledged.length).toBeGreaterThan(100)
      expect(names()).toEqual(expect.arrayContaining(acknowledged))
      expect(other.pragma('integrity_check', { simple: true })).toBe('ok')
    }
  })
})
