import { hashSync, verifySync } from '@node-rs/argon2'

// Runs in a thread of its own, whose work nobody else waits for: synchronous here keeps it off libuv's threads.

// argon2id, OWASP's first choice of parameters: 19 MiB, 2 passes, 1 lane. The package's default algorithm is argon2id.
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

/** The text to keep of a password, with a salt of its own. */
export const hashPassword = (password: string): string => hashSync(password, PARAMETERS)

/** Whether a password is the one that a text was made of; false for a text that is none. */
export const verifyPassword = ({
  stored,
  password,
}: {
  readonly stored: string
  readonly password: string
}): boolean => {
  try {
    return verifySync(stored, password)
  } catch {
    return false
  }
}
