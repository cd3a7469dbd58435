import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOrMakeSecret } from '#server/adapters/secret-file.ts'
import { startChild } from '#server/child.fixture.ts'

const PROGRAM = join(import.meta.dirname, 'serve.ts')
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-serve-'))
  file = join(folder, 'latchkey.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Starts the real program, which must end with code 1; gives what it says on standard error. */
const refusal = async (env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const child = startChild(PROGRAM, { PORT: '0', DATABASE_URL: `file:${file}`, ...env })
  expect(await child.ended).toBe(1)
  const { stdout, stderr } = child.output()
  expect(stdout).toBe('')
  expect(stderr.split('\n')).toHaveLength(2)
  return stderr
}

describe('the program refuses to start, in one line,', () => {
  it('with a bad setting', async () => {
    expect(await refusal({ LATCHKEY_URL: 'portal' })).toContain('LATCHKEY_URL is "portal", but should be')
  })

  it('with a file that is no database, and leaves it as it was', async () => {
    const content = 'this is a letter, not a database. '.repeat(200)
    writeFileSync(file, content)
    expect(await refusal()).toContain(`The database ${file} cannot be used`)
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  it('where the database cannot be', async () => {
    writeFileSync(join(folder, 'file'), '')
    expect(await refusal({ DATABASE_URL: `file:${folder}/file/latchkey.db` })).toContain('latchkey: ')
  })

  it('with a secret that others can read', async () => {
    const path = join(folder, 'secret', 'latchkey.secret')
    await readOrMakeSecret(path)
    chmodSync(path, 0o644)
    expect(await refusal()).toContain('chmod 600')
  })
})
