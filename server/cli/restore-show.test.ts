import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'
import { composePortal } from '#server/compose.ts'

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const portal = await composePortal(readConfig(env()))
  await portal.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, 'latchkey.db')
const witness = () => `${file()}.witness`
const env = () => ({ DATABASE_URL: `file:${file()}` })

const run = async (...words: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    env: env(),
    say: (line: string) => void out.push(line),
    complain: (line: string) => void err.push(line),
  }
  return { code: await runCommand(COMMANDS, words, terminal), out, err }
}

describe('restore show', () => {
  it('says that there is nothing to accept', async () => {
    const out = ['The database is the one that its witness knows. There is nothing to accept.']
    expect(await run('restore', 'show')).toEqual({ code: 0, out, err: [] })
  })

  it.each([
    ['is gone', () => undefined],
    ['is an empty folder', () => mkdirSync(witness())],
  ])('says where the witness %s that nobody knows what is missing', async (_what, leave) => {
    rmSync(witness(), { recursive: true })
    leave()
    const out = [
      `This is not what was answered for last: the witness of this database is missing (${witness()}).`,
      'Nobody knows all that it lacks: it cannot be replayed.',
    ]
    expect(await run('restore', 'show')).toEqual({ code: 0, out, err: [] })
  })

  it('says of a backup how much changed since, and when', async () => {
    const copy = join(folder, 'copy.db')
    expect(await run('backup', copy)).toMatchObject({ code: 0 })
    expect(await run('keys', 'rotate', 'bearer', '--now')).toMatchObject({ code: 0 })
    for (const end of ['', '-wal', '-shm']) rmSync(`${file()}${end}`, { force: true })
    renameSync(copy, file())
    expect(await run('restore', 'show')).toEqual({
      code: 0,
      out: [
        expect.stringContaining('the database lacks changes that its witness has seen'),
        expect.stringMatching(/^It lacks the newest change of 1 thing, from \S+Z to \S+Z:$/),
        '  1  signing keys',
      ],
      err: [],
    })
  })
})
