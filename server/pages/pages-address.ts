import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigError } from '#lib/config/config-error.ts'

/** Where the process of the pages listens, and the secret by which it knows who may ask it. */
export type PagesAddress = { readonly path: string; readonly secret: string }

/** Names under which the edge tells the pages' process what no client may say. */
export const PAGES_HEADERS = {
  /** The secret of the address. */
  secret: 'x-latchkey-pages',
  /** What the edge has said already in the answer's headers, as JSON in base64url. */
  answer: 'x-latchkey-answer',
} as const

const IS_WINDOWS = process.platform === 'win32'

// The path of a socket has 104 bytes at most, and some systems use half of them for their folder.
const ID_BYTES = 12

/**
 * A new address, at which there is nothing yet: a socket in a folder (on Windows a pipe) whose names nobody can guess, and a
 * random secret.
 */
export const makePagesAddress = (): PagesAddress => {
  const secret = randomBytes(32).toString('base64url')
  const name = `latchkey-${randomBytes(ID_BYTES).toString('hex')}`
  return { path: IS_WINDOWS ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name, 'pages'), secret }
}

/**
 * Makes the folder of an address, which only this user can enter, in the place of one that a process left which was killed.
 * Whoever listens there makes it and removes it, or a start that is killed early would leave it.
 */
export const claimPagesAddress = ({ path }: PagesAddress): void => {
  if (IS_WINDOWS) return
  const folder = dirname(path)
  try {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
  } catch {
    throw new ConfigError(`TMPDIR is ${tmpdir()}, where no folder can be made; the pages' socket has to lie in one.`)
  }
}

/** Removes the address and its folder. */
export const removePagesAddress = ({ path }: PagesAddress): void => {
  if (!IS_WINDOWS) rmSync(dirname(path), { recursive: true, force: true })
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether whoever asks knows the secret. */
export const knowsSecret = ({ secret }: PagesAddress, told: string | string[] | undefined): boolean =>
  typeof told === 'string' && timingSafeEqual(digest(told), digest(secret))
