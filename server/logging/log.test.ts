import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LogConfig } from '#lib/config/config.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { adoptConsole } from '#server/logging/adopt-console.ts'
import { describeError } from '#server/logging/describe-error.ts'
import { createLog } from '#server/logging/log.ts'

const opened = (settings: Partial<LogConfig> = {}, isTerminal = false) => {
  const lines: string[] = []
  const log = createLog(
    { format: 'json', level: 'info', ...settings },
    { write: (line) => void lines.push(line) },
    isTerminal,
  )
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line)) }
}

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (thrown) {
    return thrown
  }
}

describe('an outage', () => {
  afterEach(() => void vi.useRealTimers())

  it('is told in twenty lines within ten seconds, and how many more there were', () => {
    vi.useFakeTimers()
    const { log, entries } = opened()
    const fail = (times: number, text: string) => {
      for (let n = 0; n < times; n += 1) log.error(text, undefined, { requestId: `r-${n}` })
    }
    fail(25, 'the request failed: store.unavailable')
    fail(2, 'the request failed: store.restored')
    expect(entries()).toHaveLength(22)
    vi.advanceTimersByTime(10_000)
    expect(entries().at(-1)).toMatchObject({
      more: 5,
      text: 'the request failed: store.unavailable, and more of the same',
    })
    expect(entries()).toHaveLength(23)
    fail(1, 'the request failed: store.unavailable')
    expect(entries().at(-1)).toMatchObject({ requestId: 'r-0', text: 'the request failed: store.unavailable' })
  })

  it('hides no stack', () => {
    vi.useFakeTimers()
    const { log, entries } = opened()
    for (let n = 0; n < 25; n += 1) log.error('the request failed:', new Error('why'))
    expect(entries()).toHaveLength(25)
  })
})

describe('the log as JSON', () => {
  it('is one line for each entry, with time, level, process and request', () => {
    const { log, lines, entries } = opened()
    log.error('the request failed:', new Error('two\nlines'), { requestId: 'r-1' })
    log.warn('a process ended')
    expect(lines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1)).toBe(true)
    expect(entries()).toEqual([
      {
        level: 'error',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        pid: process.pid,
        requestId: 'r-1',
        error: { name: 'Error', message: 'two\nlines', frames: expect.any(Array) },
        text: 'the request failed:',
      },
      expect.objectContaining({ level: 'warn', text: 'a process ended' }),
    ])
  })

  it('leaves out what is below its level, and says whether debug lines are read', () => {
    const { log, lines } = opened({ level: 'warn' })
    log.info('not read')
    log.debug('not read')
    log.warn('read')
    expect(lines).toHaveLength(1)
    expect(log.isDebug).toBe(false)
    expect(opened({ level: 'debug' }).log.isDebug).toBe(true)
  })

  it('is what standard error gets where no terminal reads it', () => {
    const { log, entries } = opened({ format: 'auto' }, false)
    log.info('ready')
    expect(entries()).toHaveLength(1)
  })
})

describe('the log as text', () => {
  it('is read from left to right: time, level, what, fields, request', () => {
    const { log, lines } = opened({ format: 'text' })
    log.error('the request failed:', new PortalError('store.unavailable', { internal: 'SQLITE_FULL' }), {
      requestId: 'r-1',
    })
    log.info('answered', { status: 200, ms: 3 })
    const [first = '', second = ''] = lines
    expect(first.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d error the request failed: \(request r-1\)$/),
      '  PortalError: store.unavailable SQLITE_FULL',
      expect.stringMatching(/^ {4}at .*log\.test\.ts/),
    ])
    expect(second).toMatch(/ info {2}answered status=200 ms=3\n$/)
  })

  it('shows what caused a failure, and lets nothing from outside begin a line or colour the terminal', () => {
    const { log, lines } = opened({ format: 'text' })
    log.error('failed:', new Error('outer', { cause: new Error('x\n12:00:00 error forged \u001b[31m') }))
    const shown = lines.join('').split('\n')
    expect(shown.filter((line) => /^\d/.test(line))).toHaveLength(1)
    expect(shown).toContain('  because of')
    expect(lines.join('')).not.toContain('\u001b')
  })

  it('is what a terminal gets', () => {
    const { log, lines } = opened({ format: 'auto' }, true)
    log.info('ready')
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}ready\n$/)
  })
})

describe('a thrown thing in the log', () => {
  it('is its name, message, code, frames and causes, and nothing that hangs on it', () => {
    const driver = Object.assign(new Error('Failed query: insert into x\nparams: hunter2'), {
      params: ['hunter2'],
      code: 'SQLITE_CONSTRAINT',
      config: { headers: { authorization: 'hunter2' } },
    })
    const described = describeError(new Error('not written', { cause: driver }))
    expect(described.cause).toMatchObject({ message: 'Failed query', code: 'SQLITE_CONSTRAINT' })
    expect(described.cause?.frames?.[0]).toMatch(/^at /)
    expect(JSON.stringify(described)).not.toContain('hunter2')
  })

  it.each([
    'hunter2',
    '{"password":"hunter2"',
    '{"password": hunter2, "and": "a much longer text than is quoted whole"}',
  ])('does not quote the body %s that was no JSON', (body) => {
    const thrown = thrownBy(() => JSON.parse(body))
    expect(thrown).toBeInstanceOf(SyntaxError)
    expect(JSON.stringify(describeError(thrown))).not.toContain('hunter2')
  })

  it('need not be an Error, and may cause itself', () => {
    const round = new Error('round')
    round.cause = round
    expect(describeError('text')).toEqual({ name: 'string', message: 'text' })
    expect(describeError({ password: 'hunter2' })).toEqual({ name: 'object', message: '' })
    expect(JSON.stringify(describeError(round)).match(/round/g)).toHaveLength(5)
  })
})

describe('what libraries write to the console', () => {
  const kept = { ...console }
  afterEach(() => void Object.assign(console, kept))

  it('is in the log, with its level and its error', () => {
    const { log, entries } = opened({ level: 'debug' })
    adoptConsole(log)
    Reflect.apply(console.error, console, ['%s broke', 'a page', new TypeError('no such thing')])
    Reflect.apply(console.error, console, [new TypeError('alone')])
    for (const level of ['warn', 'info', 'log', 'debug'] as const) Reflect.apply(console[level], console, [level])
    expect(entries().map(({ level, text, error }) => [level, text, error?.message])).toEqual([
      ['error', 'a page broke', 'no such thing'],
      ['error', 'the console was told:', 'alone'],
      ['warn', 'warn', undefined],
      ['info', 'info', undefined],
      ['info', 'log', undefined],
      ['debug', 'debug', undefined],
    ])
  })
})
