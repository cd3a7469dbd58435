import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from '#server/adapters/argon2.ts'
import { boundedQueue } from '#server/adapters/bounded-queue.ts'

describe('createPasswordHasher', () => {
  const hasher = createPasswordHasher()

  it('makes argon2id texts with the parameters that OWASP names first, each with its own salt', async () => {
    const [first, second] = await Promise.all([hasher.hash('one password, twice'), hasher.hash('one password, twice')])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/)
    expect(first).not.toBe(second)
  })

  it('knows the password again, whole: no truncation, no normalising, every character', async () => {
    const long = `${'é'.repeat(255)}a`
    const stored = await hasher.hash(long)
    expect(await hasher.verify(stored, long)).toBe(true)
    expect(await hasher.verify(stored, `${'é'.repeat(255)}b`)).toBe(false)
    expect(await hasher.verify(stored, `${long} `)).toBe(false)
    const withNul = await hasher.hash('before\0after')
    expect(await hasher.verify(withNul, 'before\0other')).toBe(false)
  })

  it.each(['', 'nonsense', '$argon2id$v=19$m=19456,t=2,p=1$', '$2b$10$abcdefghijklmnopqrstuv'])(
    'takes a damaged text (%j) for no match',
    async (stored) => {
      expect(await hasher.verify(stored, 'anything')).toBe(false)
    },
  )

  // The niceness of each thread: field 19 of proc_pid_stat(5), counted behind the name, which may hold anything.
  it.runIf(process.platform === 'linux')('is the last in line for a core', async () => {
    await hasher.hash('some password')
    const niceOf = (thread: string): string | undefined =>
      readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16]
    const nices = readdirSync('/proc/self/task').map(niceOf)
    expect(nices).toContain('19')
    expect(nices).toContain('0')
  })

  it('leaves the event loop free while it works', async () => {
    let turns = 0
    const ticking = setInterval(() => {
      turns += 1
    }, 1)
    await Promise.all(Array.from({ length: 4 }, () => hasher.hash('some password')))
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(5)
  })

  it('refuses a flood and works on afterwards', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => hasher.hash('flood')))
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    // One or two are under way, by the cores of this machine, and 64 wait.
    expect([14, 15]).toContain(refused.length)
    expect(refused[0]).toMatchObject({ reason: { code: 'request.rate_limited', retryAfterSeconds: 5 } })
    expect(await hasher.hash('afterwards')).toMatch(/^\$argon2id/)
  }, 30_000)
})

describe('boundedQueue', () => {
  const refuse = () => new Error('full')

  it('never runs more than it may, and keeps the order', async () => {
    const queue = boundedQueue({ running: 2, waiting: 10, refuse })
    const order: number[] = []
    let running = 0
    let most = 0
    const job = (number: number) => async () => {
      running += 1
      most = Math.max(most, running)
      order.push(number)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running -= 1
    }
    await Promise.all([1, 2, 3, 4, 5, 6].map((number) => queue.run(job(number))))
    expect(most).toBe(2)
    expect(order).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('passes the turn on after a failure', async () => {
    const queue = boundedQueue({ running: 1, waiting: 1, refuse })
    const failing = queue.run(() => Promise.reject(new Error('broken')))
    const next = queue.run(() => Promise.resolve('fine'))
    await expect(failing).rejects.toThrow('broken')
    expect(await next).toBe('fine')
    expect(await queue.run(() => Promise.resolve('still'))).toBe('still')
  })
})
