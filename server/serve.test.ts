import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import { readOrMakeSecret } from '#server/adapters/secret-file.ts'
import { startChild } from '#server/child.fixture.ts'
import { composePortal } from '#server/compose.ts'

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

  it('on PostgreSQL without a secret, or when nobody answers there', async () => {
    const database = { DATABASE_URL: 'postgres://ada:hunter2@127.0.0.1:1/latchkey' }
    expect(await refusal(database)).toContain('LATCHKEY_SECRET is empty, but should be')
    const said = await refusal({ ...database, LATCHKEY_SECRET: 'q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue' })
    expect(said).toContain('The database postgres://127.0.0.1:1/latchkey cannot be used')
    expect(said).not.toContain('hunter2')
  })

  it('with a secret that others can read', async () => {
    const path = join(folder, 'secret', 'latchkey.secret')
    await readOrMakeSecret(path)
    chmodSync(path, 0o644)
    expect(await refusal()).toContain('chmod 600')
  })

  it('with another secret than the one the database was written under', async () => {
    const [written, other] = ['q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue', 'A0b1C2d3E4f5G6h7I8j9K0l1M2n3O4p5'] as const
    const portal = await composePortal(readConfig({ DATABASE_URL: `file:${file}`, LATCHKEY_SECRET: written }))
    await portal.close()
    const said = await refusal({ LATCHKEY_SECRET: other })
    expect(said).toContain('The database was written under another secret')
    expect(said).not.toContain(other)
  })
})
