import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import { boundedQueue } from '#server/adapters/bounded-queue.ts'

const PROGRAM = new URL('./argon2-thread.ts', import.meta.url)

// Two, where that leaves a core to everything else.
const RUNNING_MAX = Math.max(1, Math.min(2, availableParallelism() - 1))
const WAITING_MAX = 64
const IDLE_MS = 600_000
// The least of all that wait for a core (nice(2)): a storm of sign-ins gets what validations leave.
const NICE = 19

// One pool for a process, however many portals it composes.
let shared: Piscina | undefined

const sharedThreads = (): Piscina => {
  shared ??= new Piscina({
    filename: PROGRAM.href,
    minThreads: 0,
    maxThreads: RUNNING_MAX,
    idleTimeout: IDLE_MS,
    niceIncrement: NICE,
  })
  return shared
}

/**
 * Passwords by argon2id, in threads that give way to whatever else this machine has to do; a flood of sign-ins is refused
 * instead of queued without end.
 */
export const createPasswordHasher = (): PasswordHasher => {
  const threads = sharedThreads()
  const queue = boundedQueue({
    running: RUNNING_MAX,
    waiting: WAITING_MAX,
    refuse: () => new PortalError('request.rate_limited', { internal: 'password queue full', retryAfterSeconds: 5 }),
  })
  return {
    hash: (password) => queue.run(() => threads.run(password, { name: 'hashPassword' })),
    verify: (stored, password) => queue.run(() => threads.run({ stored, password }, { name: 'verifyPassword' })),
  }
}
