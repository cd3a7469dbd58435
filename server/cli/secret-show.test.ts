import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import { secretIdOf } from '#lib/keys/secret-ring.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'
import { composePortal } from '#server/compose.ts'

const FORMER = 'the former secret of tests and long enough for one'
const PRESENT = 'the present secret of tests and long enough as well'
const [FORMER_ID, PRESENT_ID] = [secretIdOf(FORMER), secretIdOf(PRESENT)]

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  await start(FORMER)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const envOf = (secret: string) => ({
  DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
  ...(secret === '' ? {} : { LATCHKEY_SECRET: secret }),
})

const start = async (secret: string): Promise<void> => {
  const portal = await composePortal(readConfig(envOf(secret)))
  await portal.close()
}

const run = async (secret: string, ...words: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    env: envOf(secret),
    say: (line: string) => void out.push(line),
    complain: (line: string) => void err.push(line),
  }
  const code = await runCommand(COMMANDS, words, terminal)
  return { code, err, rows: out.map((line) => line.split(/ {2,}/)) }
}

const HEAD = ['SECRET', 'IS', 'SIGNING KEYS', 'CLIENT SECRETS', 'REFRESH TOKENS', 'CALENDARS']
const shown = (...rows: readonly (readonly string[])[]) => ({ code: 0, err: [], rows: [HEAD, ...rows] })

describe('secret show', () => {
  it('says what stands on which, until nothing stands on the former one and it can be dropped', async () => {
    const both = `${PRESENT},${FORMER}`
    expect(await run(both, 'secret', 'show')).toEqual(
      shown([PRESENT_ID, 'in use', '0', '0', '0', '0'], [FORMER_ID, 'former', '2', '0', '0', '0']),
    )
    await expect(start(PRESENT)).rejects.toMatchObject({ name: 'UnknownSecret' })
    expect(await run(both, 'keys', 'rotate', '--now')).toMatchObject({ code: 0 })
    expect(await run(both, 'secret', 'show')).toEqual(
      shown([PRESENT_ID, 'in use', '2', '0', '0', '0'], [FORMER_ID, 'former', '0', '0', '0', '0']),
    )
    await start(PRESENT)
  })

  it('names a secret that is needed and not there', async () => {
    expect(await run(PRESENT, 'secret', 'show')).toEqual(
      shown([PRESENT_ID, 'in use', '0', '0', '0', '0'], [FORMER_ID, 'not here', '2', '0', '0', '0']),
    )
  })

  it('needs the secret, and takes no words', async () => {
    expect(await run('', 'secret', 'show')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('There is no secret')],
    })
    expect(await run(PRESENT, 'secret', 'show', 'me')).toMatchObject({ code: 2 })
  })
})
