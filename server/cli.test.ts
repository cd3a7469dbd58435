import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import { startChild } from '#server/child.fixture.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'
import { composePortal } from '#server/compose.ts'

// Commands beside a portal that has the same database open.

const PROGRAM = join(import.meta.dirname, 'cli.ts')
let folder: string
let env: Record<string, string>
let portal: Awaited<ReturnType<typeof composePortal>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
  env = { DATABASE_URL: `file:${join(folder, 'latchkey.db')}` }
  portal = await composePortal(readConfig(env))
})
afterAll(async () => {
  await portal.close()
  rmSync(folder, { recursive: true })
})

type Ended = { readonly code: number | string; readonly lines: readonly string[]; readonly stderr: string }

// In this process; one test below tries the program itself.
const run = async (args: string, change: Record<string, string> = {}): Promise<Ended> => {
  const lines: string[] = []
  const complained: string[] = []
  const code = await runCommand(COMMANDS, args.split(' '), {
    env: { ...env, ...change },
    say: (line) => lines.push(line),
    complain: (line) => complained.push(line),
  })
  return { code, lines, stderr: complained.join('\n') }
}
const runProgram = async (args: string): Promise<Ended> => {
  const child = startChild(PROGRAM, env, args.split(' '))
  const code = await child.ended
  const { stdout, stderr } = child.output()
  return { code, lines: stdout.trim().split('\n'), stderr: stderr.trim() }
}
const rows = async (args = 'keys list') => {
  const { lines } = await run(args)
  return lines.slice(1).map((line) => line.split(/\s+/))
}
const kidOf = async (purpose: string, state: string) =>
  (await rows()).find((row) => row[1] === purpose && row[3] === state)?.[0] ?? ''

describe('keys', () => {
  it('are listed, and rotated with a lead', async () => {
    expect((await rows()).map((row) => row.slice(1, 4))).toEqual(
      expect.arrayContaining([
        ['access', 'ES256', 'active'],
        ['bearer', 'ES256', 'active'],
      ]),
    )
    const { code, lines } = await run('keys rotate bearer --algorithm EdDSA')
    expect(code).toBe(0)
    expect(lines).toEqual([expect.stringMatching(/^bearer: \w{13} \(EdDSA\) is published, and signs from \S+Z on\.$/)])
    expect((await rows()).map((row) => row.slice(1, 4))).toContainEqual(['bearer', 'EdDSA', 'next'])
    const { keys } = await portal.oauth.keys()
    expect(keys.map(({ alg }) => alg)).toContain('EdDSA')
  })

  it('are rotated at once, both', async () => {
    const { code, lines } = await run('keys rotate --now')
    expect(code).toBe(0)
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/signs from now on\.$/)
    expect((await rows()).filter((row) => row[3] === 'retiring')).toHaveLength(2)
  })

  it('are declared compromised with a word of assent alone, and once more to no effect', async () => {
    const kid = await kidOf('access', 'active')
    const asked = await run(`keys compromised ${kid}`)
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot be undone: add --yes/) })
    expect(await kidOf('access', 'active')).toBe(kid)
    const done = await run(`keys compromised ${kid} --yes`)
    expect(done.code).toBe(0)
    const replacement = await kidOf('access', 'active')
    expect(done.lines).toEqual([
      `${kid} (access, ES256) is compromised: what it signed is refused from the next request on. ${replacement} signs in its place.`,
      '0 tokens stood on it.',
    ])
    const again = await run(`keys compromised --yes ${kid}`)
    expect(again).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/was declared compromised before/), '0 tokens stood on it.'],
    })
    expect(await kidOf('access', 'active')).toBe(replacement)
    expect((await rows('keys list --all')).map((row) => row[3])).toContain('compromised')
  })
})

describe('the program', () => {
  it('is a process that does the same, and tells by its code how it went', { timeout: 180_000 }, async () => {
    const [listed, wrong, failed] = await Promise.all([
      runProgram('keys list'),
      runProgram('keys list access'),
      runProgram('keys compromised nobody --yes'),
    ])
    expect(listed).toEqual({ code: 0, lines: (await run('keys list')).lines, stderr: '' })
    expect([wrong.code, wrong.lines, failed.code, failed.lines]).toEqual([2, [''], 1, ['']])
    expect(failed.stderr).toBe('latchkey: No signing key is called nobody.')
  })
})

describe('a command that cannot do its work', () => {
  it.each([
    ['keys compromised nobody --yes', 1, /^latchkey: No signing key is called nobody\.$/],
    ['keys rotate refresh', 2, /^latchkey: Name one purpose/],
    [
      'keys rotate --algorithm HS256',
      2,
      /^latchkey: --algorithm is "HS256", but should be one of ES256, RS256, EdDSA\./,
    ],
    ['keys list access', 2, /^latchkey: keys list takes no words\./],
    ['keys', 2, /^latchkey: there is no command "keys"/],
  ] as const)('%s: ends with %i and one line', async (args, code, line) => {
    const ended = await run(args)
    expect([ended.code, ended.lines]).toEqual([code, []])
    expect(ended.stderr).toMatch(line)
    expect(ended.stderr).not.toContain('\n')
  })

  it('for want of a database says so, and makes none', async () => {
    const file = join(folder, 'nowhere', 'latchkey.db')
    const ended = await run('keys list', { DATABASE_URL: `file:${file}` })
    expect(ended).toMatchObject({
      code: 1,
      stderr: `latchkey: There is no database ${file}. Set DATABASE_URL as the server has it.`,
    })
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  it('with another secret than the server’s says so, and makes no key that the server could not open', async () => {
    const before = await rows()
    const ended = await run('keys rotate --now', { LATCHKEY_SECRET: 'another-secret-of-these-tests-0123456789' })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/was written under another secret/) })
    expect(await rows()).toEqual(before)
  })

  it('on a database of another version leaves it alone', async () => {
    const file = join(folder, 'older.db')
    // An empty file is an empty database.
    writeFileSync(file, '')
    const ended = await run('keys list', {
      DATABASE_URL: `file:${file}`,
      LATCHKEY_SECRET: 'a-secret-of-these-tests-0123456789abcdef',
    })
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is of another version of Latchkey \(0 migrations/),
    })
  })
})
