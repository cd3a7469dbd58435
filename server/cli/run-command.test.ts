import { describe, expect, it } from 'vitest'
import { ConfigError } from '#lib/config/config-error.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type Command, inColumns, readArguments, UsageError } from '#server/cli/command.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'

const failing = (name: string, thrown: unknown): Command => ({
  name,
  usage: '<word>',
  summary: 'fails',
  run: async () => {
    throw thrown
  },
})

const echo: Command = {
  name: 'say it',
  usage: '[--loud] <word>',
  summary: 'says it',
  run: async (args, { say, env }) => {
    const { values, positionals } = readArguments(args, { loud: { type: 'boolean' } })
    say(`${positionals.join(' ')}${values.loud ? '!' : ''} ${env['MOOD'] ?? ''}`.trim())
  },
}

const TABLE = [
  echo,
  failing('fail config', new ConfigError('PORT is wrong.')),
  failing('fail refused', new PortalError('resource.not_found', { detail: 'No such key.' })),
  failing('fail usage', new UsageError('Say a word.')),
  failing('fail hard', new Error('a fault of ours')),
]

const run = async (...args: readonly string[]) => {
  const said: string[] = []
  const complained: string[] = []
  const code = await runCommand(TABLE, args, {
    env: { MOOD: 'gladly' },
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  })
  return { code, said, complained }
}

describe('a command', () => {
  it('gets the words after its name, and ends with 0', async () => {
    expect(await run('say', 'it', 'now', '--loud')).toEqual({ code: 0, said: ['now! gladly'], complained: [] })
  })

  it.each([
    [['fail', 'config'], 'latchkey: PORT is wrong.'],
    [['fail', 'refused'], 'latchkey: No such key.'],
  ] as const)('that cannot do it says why in one line, and ends with 1: %j', async (args, line) => {
    expect(await run(...args)).toEqual({ code: 1, said: [], complained: [line] })
  })

  it('that fails by a fault of ours keeps its stack', async () => {
    const { code, complained } = await run('fail', 'hard')
    expect(code).toBe(1)
    expect(complained[0]).toMatch(/a fault of ours\n\s+at /)
  })

  it.each([
    [[], /say which command/],
    [['say'], /no command "say"/],
    [['keys', 'dance'], /no command "keys dance"/],
    [['fail', 'usage'], /^latchkey: Say a word\. \(npm run latchkey -- fail usage <word>\)$/],
    [['say', 'it', '--quietly'], /Unknown option '--quietly'/],
    [['say', 'it', '--loud=very'], /does not take an argument/],
  ] as const)('called wrongly ends with 2 and one line: %j', async (args, line) => {
    const { code, said, complained } = await run(...args)
    expect([code, said, complained.length]).toEqual([2, [], 1])
    expect(complained[0]).toMatch(line)
    expect(complained[0]).not.toContain('\n')
  })

  it('says what there is, or how one is called', async () => {
    const all = await run('--help')
    expect(all.code).toBe(0)
    for (const { name } of TABLE) expect(all.said.some((line) => line.startsWith(`  ${name} `))).toBe(true)
    const one = await run('say', 'it', '-h')
    expect(one.said.filter((line) => line.startsWith('  '))).toEqual(['  say it [--loud] <word>  says it'])
  })
})

describe('the table', () => {
  it('has each name once, none that begins another', () => {
    const names = COMMANDS.map(({ name }) => `${name} `)
    for (const name of names) expect(names.filter((each) => each.startsWith(name))).toEqual([name])
  })
})

describe('columns', () => {
  it('stand under each other and leave no space at the end', () => {
    expect(
      inColumns([
        ['a', 'bb', ''],
        ['aaa', 'b', 'c'],
      ]),
    ).toEqual(['a    bb', 'aaa  b   c'])
    expect(inColumns([])).toEqual([])
  })
})
