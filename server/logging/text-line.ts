import type { DescribedError } from '#server/logging/describe-error.ts'

type Entry = {
  readonly level: string
  readonly time: string
  readonly text: string
  readonly requestId?: string
  readonly error?: DescribedError
}

// A message may come from outside, and must not look like another line, or turn a terminal's colours.
const onOneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')

const KNOWN = new Set(['level', 'time', 'pid', 'text', 'requestId', 'error'])

const othersOf = (entry: Entry): string =>
  Object.entries(entry)
    .filter(([name]) => !KNOWN.has(name))
    .map(([name, value]) => ` ${name}=${onOneLine(JSON.stringify(value))}`)
    .join('')

const errorLines = ({ name, message, code, internal, frames = [], cause }: DescribedError): readonly string[] => [
  `  ${onOneLine([`${name}: ${message}`, code, internal].filter((part) => part !== undefined).join(' '))}`,
  ...frames.map((frame) => `    ${onOneLine(frame)}`),
  ...(cause ? ['  because of', ...errorLines(cause)] : []),
]

/** A line of JSON as people read it on a terminal: time, level, text, then what belongs to it. */
export const textLine = (json: string): string => {
  const entry: Entry = JSON.parse(json)
  const time = entry.time.slice(11, 19)
  const request = entry.requestId === undefined ? '' : ` (request ${entry.requestId})`
  const first = `${time} ${entry.level.padEnd(5)} ${onOneLine(entry.text)}${othersOf(entry)}${request}`
  return `${[first, ...(entry.error ? errorLines(entry.error) : [])].join('\n')}\n`
}
