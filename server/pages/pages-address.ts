import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
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

const makeFolder = (): string => {
  try {
    // With mode 0700: nobody else can reach what lies in it.
    return mkdtempSync(join(tmpdir(), 'latchkey-'))
  } catch {
    throw new ConfigError(`TMPDIR is ${tmpdir()}, where no folder can be made; the pages' socket has to lie in one.`)
  }
}

/** A new address: a socket in a folder that only this user can enter (on Windows a pipe), and a random secret. */
export const makePagesAddress = (): PagesAddress => {
  const secret = randomBytes(32).toString('base64url')
  if (IS_WINDOWS) return { path: `\\\\.\\pipe\\latchkey-${randomBytes(16).toString('hex')}`, secret }
  return { path: join(makeFolder(), 'pages'), secret }
}

/** Removes what a process that was killed left at its address: a socket can only be made anew. */
export const clearPagesAddress = ({ path }: PagesAddress): void => {
  if (!IS_WINDOWS) rmSync(path, { force: true })
}

/** Removes the address and its folder. */
export const removePagesAddress = ({ path }: PagesAddress): void => {
  if (!IS_WINDOWS) rmSync(dirname(path), { recursive: true, force: true })
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether whoever asks knows the secret. */
export const knowsSecret = ({ secret }: PagesAddress, told: string | string[] | undefined): boolean =>
  typeof told === 'string' && timingSafeEqual(digest(told), digest(secret))
