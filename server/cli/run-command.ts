import { type Command, inColumns, type Terminal, UsageError } from '#server/cli/command.ts'
import { describeMendable } from '#server/start-failure.ts'

/** A terminal with a place for complaints. */
export type CommandTerminal = Terminal & { readonly complain: (line: string) => void }

/** 0: done; 1: it could not be done; 2: it was called wrongly. */
export type ExitCode = 0 | 1 | 2

const PROGRAM = 'npm run latchkey --'
const HELP = /^(-h|--help)$/

const helpOf = (commands: readonly Command[]): readonly string[] => [
  `${PROGRAM} <command>, with the settings of the server:`,
  '',
  ...inColumns(commands.map(({ name, usage, summary }) => [`  ${name} ${usage}`.trimEnd(), summary])),
]

const startsWith = (args: readonly string[], { name }: Command): boolean =>
  name.split(' ').every((word, index) => args[index] === word)

const describeFailure = (thrown: unknown): string =>
  describeMendable(thrown) ?? (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))

const runOne = async (command: Command, rest: readonly string[], terminal: CommandTerminal): Promise<ExitCode> => {
  try {
    await command.run(rest, terminal)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) {
      terminal.complain(`latchkey: ${describeFailure(thrown)}`)
      return 1
    }
    terminal.complain(`latchkey: ${thrown.message} (${PROGRAM} ${command.name} ${command.usage})`)
    return 2
  }
}

/** Runs the command that the words name, or says what there is. */
export const runCommand = async (
  commands: readonly Command[],
  args: readonly string[],
  terminal: CommandTerminal,
): Promise<ExitCode> => {
  const command = commands.find((each) => startsWith(args, each))
  if (args.some((word) => HELP.test(word))) {
    for (const line of helpOf(command ? [command] : commands)) terminal.say(line)
    return 0
  }
  if (command) return runOne(command, args.slice(command.name.split(' ').length), terminal)
  terminal.complain(
    args.length === 0
      ? `latchkey: say which command. ${PROGRAM} --help lists them.`
      : `latchkey: there is no command ${JSON.stringify(args.slice(0, 2).join(' '))}. ${PROGRAM} --help lists them.`,
  )
  return 2
}
