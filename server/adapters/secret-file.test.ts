import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '#lib/config/config-error.ts'
import { readOrMakeSecret } from '#server/adapters/secret-file.ts'

const run = promisify(execFile)
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-secret-'))
  path = join(folder, 'secret', 'latchkey.secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

const inAnotherProcess = async (): Promise<string> => {
  const program = `
    import { readOrMakeSecret } from '#server/adapters/secret-file.ts'
    process.stdout.write(await readOrMakeSecret(${JSON.stringify(path)}))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
  return stdout
}

describe('readOrMakeSecret', () => {
  it('makes 32 random bytes that only the owner can read, and gives the same ones again', async () => {
    const secret = await readOrMakeSecret(path)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    expect(await readOrMakeSecret(path)).toBe(secret)
    expect(readdirSync(dirname(path))).toEqual(['latchkey.secret'])
  })

  it('gives processes that start together one secret, and leaves nothing else behind', async () => {
    const secrets = await Promise.all(Array.from({ length: 4 }, inAnotherProcess))
    expect(new Set(secrets).size).toBe(1)
    expect(secrets[0]).toBe(readFileSync(path, 'utf8').trim())
    expect(readdirSync(dirname(path))).toEqual(['latchkey.secret'])
  })

  it('gives sixteen callers at the same moment one secret', async () => {
    const secrets = await Promise.all(Array.from({ length: 16 }, () => readOrMakeSecret(path)))
    expect(new Set(secrets).size).toBe(1)
  })

  it('is not led astray by the draft of a process that was killed', async () => {
    await readOrMakeSecret(path)
    rmSync(path)
    writeFileSync(`${path}.0011223344556677`, 'half', { mode: 0o600 })
    expect(await readOrMakeSecret(path)).toMatch(/^[\w-]{43}$/)
  })

  it('leaves no draft on a disk that is full, and says what failed', async () => {
    const program = `
      import { readOrMakeSecret } from '#server/adapters/secret-file.ts'
      await readOrMakeSecret(${JSON.stringify(path)}).catch(({ message }) => process.stdout.write(message))`
    // No file may grow at all; the signal that would kill the program is ignored, so that writing fails.
    const onFullDisk = `trap '' XFSZ; ulimit -f 0; exec "$@"`
    const args = ['-c', onFullDisk, 'bash', process.execPath, '--input-type=module', '--eval', program]
    const { stdout } = await run('bash', args)
    expect(stdout).toBe(`${path} cannot be read or made (EFBIG): set LATCHKEY_SECRET or free the way.`)
    expect(readdirSync(dirname(path))).toEqual([])
  })

  it('refuses a file that others can read, saying what to do', async () => {
    await readOrMakeSecret(path)
    chmodSync(path, 0o640)
    await expect(readOrMakeSecret(path)).rejects.toThrow(
      `${path} can be read by other users of this machine, but should be yours alone: chmod 600 it.`,
    )
  })

  it.each(['', 'short', `${'a'.repeat(43)}=`, 'a'.repeat(44)])(
    'never replaces a damaged file (%j)',
    async (content) => {
      await readOrMakeSecret(path)
      writeFileSync(path, content)
      await expect(readOrMakeSecret(path)).rejects.toThrow('restore it from a copy')
      expect(readFileSync(path, 'utf8')).toBe(content)
    },
  )

  it('says in one line why it could not be made', async () => {
    writeFileSync(join(folder, 'secret'), 'a file where the folder should be')
    const failure = await readOrMakeSecret(path).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(ConfigError)
    expect(String(failure)).toContain(`${path} cannot be read or made (ENOTDIR)`)
    expect(String(failure)).not.toContain('\n')
  })
})
