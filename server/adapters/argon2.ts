import { hash, verify } from '@node-rs/argon2'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import { boundedQueue } from '#server/adapters/bounded-queue.ts'

// argon2id, OWASP's first choice of parameters: 19 MiB, 2 passes, 1 lane. The package's default algorithm is argon2id.
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

// It runs on libuv's four threads, which files and name look-ups need as well.
const RUNNING_MAX = 2
const WAITING_MAX = 64

/** Passwords by argon2id, off the event loop; a flood of sign-ins is refused instead of queued without end. */
export const createPasswordHasher = (): PasswordHasher => {
  const queue = boundedQueue({
    running: RUNNING_MAX,
    waiting: WAITING_MAX,
    refuse: () => new PortalError('request.rate_limited', { internal: 'password queue full', retryAfterSeconds: 5 }),
  })
  return {
    hash: (password) => queue.run(() => hash(password, PARAMETERS)),
    verify: (stored, password) =>
      queue.run(async () => {
        try {
          return await verify(stored, password)
        } catch {
          return false
        }
      }),
  }
}
