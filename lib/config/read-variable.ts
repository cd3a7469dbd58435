import type { z } from 'zod'
import { ConfigError } from '#lib/config/config-error.ts'
import type { Environment } from '#lib/config/process-env.ts'

/** One variable: its name, how its text is understood, and how a refusal speaks of it. */
export type Variable<Value> = {
  readonly name: string
  /** Turns the trimmed text into the value; what it refuses stops the start. */
  readonly schema: z.ZodType<Value, string>
  /** Ends the sentence "… but should be". */
  readonly expected: string
  /** How a refused text is named where it may hold a secret; default: the text itself, quoted. */
  readonly describe?: (text: string) => string
  /** The text counts as it is, with white space around it: passwords. */
  readonly verbatim?: true
}

const SHOWN_LENGTH_MAX = 80

const quote = (text: string): string =>
  `is ${JSON.stringify(text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text)}`

/** A variable's trimmed text; undefined when absent or empty (compose files pass absent settings as empty ones). */
export const textOf = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined

const textAsMeant = <Value>(env: Environment, { name, verbatim }: Variable<Value>): string | undefined =>
  verbatim ? env[name] || undefined : textOf(env, name)

/** A variable's value; undefined when absent or empty. Throws ConfigError when its schema refuses the text. */
export const readVariable = <Value>(env: Environment, variable: Variable<Value>): Value | undefined => {
  const text = textAsMeant(env, variable)
  if (text === undefined) return undefined
  const parsed = variable.schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new ConfigError(`${variable.name} ${(variable.describe ?? quote)(text)}, but should be ${variable.expected}.`)
}

/** Variables that only make sense together: all values, or undefined when none is set. Throws ConfigError on some. */
export const readTogether = <Values extends Readonly<Record<string, unknown>>>(
  env: Environment,
  variables: { readonly [Key in keyof Values]: Variable<Values[Key]> },
): Values | undefined => {
  const all: readonly Variable<unknown>[] = Object.values(variables)
  const absent = all.filter((variable) => textAsMeant(env, variable) === undefined).map(({ name }) => name)
  if (absent.length === all.length) return undefined
  if (absent.length > 0) {
    const present = all.map(({ name }) => name).filter((name) => !absent.includes(name))
    throw new ConfigError(
      `${absent.join(' and ')} ${absent.length > 1 ? 'are' : 'is'} empty, but should be set together with ${present.join(' and ')}.`,
    )
  }
  const values = Object.entries(variables).map(([key, variable]) => [key, readVariable(env, variable)])
  return Object.fromEntries(values)
}
