import { describe, expect, it } from 'vitest'
import { createBackground } from '#server/adapters/background.ts'

describe('createBackground', () => {
  it('runs nothing before the caller has gone on, and settles once all is done', async () => {
    const background = createBackground({ error: () => undefined })
    const done: string[] = []
    background.run('first', 'r-1', async () => {
      done.push('first')
      background.run('second', 'r-1', async () => void done.push('second'))
    })
    await Promise.resolve()
    expect(done).toEqual([])
    await background.settled()
    expect(done).toEqual(['first', 'second'])
  })

  it('logs a failure under its name and goes on', async () => {
    const lines: unknown[] = []
    const background = createBackground({ error: (...entry) => void lines.push(entry) })
    const failure = new Error('no route to host')
    background.run('a mail', 'r-2', () => Promise.reject(failure))
    await background.settled()
    expect(lines).toEqual([['a mail failed:', failure, { requestId: 'r-2' }]])
    await background.settled()
  })
})
