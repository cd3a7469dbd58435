import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Environment } from '#lib/config/process-env.ts'

/** Where a command reads its settings and says what it has to say. */
export type Terminal = { readonly env: Environment; readonly say: (line: string) => void }

/** One thing an operator can do from the terminal. */
export type Command = {
  /** The words that name it: `keys list`. */
  readonly name: string
  /** What follows the name. */
  readonly usage: string
  /** One line that says what it does. */
  readonly summary: string
  /** Does it with the words after the name. Throws UsageError, or whatever hindered it. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<void>
}

/** A command was called wrongly: one line that says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads options and positional words; throws UsageError for any that the command does not know. */
export const readArguments = <Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (thrown) {
    // Its hints go over several sentences; the first names the fault.
    throw new UsageError(thrown instanceof Error ? `${thrown.message.split(/\.\s/, 1)[0]?.replace(/\.$/, '')}.` : '')
  }
}

/** Rows as columns that stand under each other, two spaces between. */
export const inColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, index) => Math.max(cell.length, known[index] ?? 0)),
    [],
  )
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
