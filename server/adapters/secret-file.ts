import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigError } from '#lib/config/config-error.ts'

const SECRET_BYTES = 32
const SECRET = /^[A-Za-z0-9_-]{43}$/

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'unknown error'

const withoutEntry = async <Value>(attempt: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await attempt
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}

const readSecret = async (path: string): Promise<string | undefined> => {
  const entry = await withoutEntry(stat(path))
  if (entry === undefined) return undefined
  if (process.platform !== 'win32' && (entry.mode & 0o077) !== 0) {
    throw new ConfigError(
      `${path} can be read by other users of this machine, but should be yours alone: chmod 600 it.`,
    )
  }
  const secret = (await readFile(path, 'utf8')).trim()
  if (SECRET.test(secret)) return secret
  throw new ConfigError(
    `${path} does not hold a secret any more: restore it from a copy. A new one could not read what is stored.`,
  )
}

const sync = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const writeNew = async (path: string, secret: string): Promise<void> => {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(`${secret}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

// A hard link appears with its whole content and fails where the name exists: another process starting at this moment
// sees either no file or a finished one, and one of the two wins.
const makeSecret = async (path: string): Promise<void> => {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  try {
    await writeNew(draft, randomBytes(SECRET_BYTES).toString('base64url'))
    await link(draft, path)
    await sync(dirname(path))
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown
  } finally {
    await rm(draft, { force: true })
  }
}

/** The secret kept in a file; throws ConfigError, one line, where there is none or none that may be used. */
export const readExistingSecret = async (path: string): Promise<string> => {
  const secret = await readSecret(path)
  if (secret !== undefined) return secret
  throw new ConfigError(`There is no secret ${path}. Set LATCHKEY_SECRET and DATABASE_URL as the server has them.`)
}

/**
 * The secret kept in a file (32 random bytes, base64url), made at the first start: file 0600, folder 0700, on disk
 * before this resolves. Processes starting together get the same one. Throws ConfigError, one line, if it cannot.
 */
export const readOrMakeSecret = async (path: string): Promise<string> => {
  try {
    const existing = await readSecret(path)
    if (existing !== undefined) return existing
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await makeSecret(path)
    const made = await readSecret(path)
    if (made === undefined) throw new ConfigError(`${path} vanished while it was made.`)
    return made
  } catch (thrown) {
    if (thrown instanceof ConfigError) throw thrown
    throw new ConfigError(`${path} cannot be read or made (${codeOf(thrown)}): set LATCHKEY_SECRET or free the way.`)
  }
}
