/** A thrown thing as the log shows it. */
export type DescribedError = {
  readonly name: string
  readonly message: string
  readonly code?: string
  /** What a PortalError says to the log alone. */
  readonly internal?: string
  /** Frames only: what stands before them in V8's `stack` repeats the message. */
  readonly frames?: readonly string[]
  readonly cause?: DescribedError
}

const CAUSES_MAX = 4

// V8 quotes what it could not parse: a request's body.
const QUOTED_JSON = /, (?:\.{3})?"[\s\S]*"(?:\.{3})? is not valid JSON/
// Drizzle's message lists the parameters of the query.
const QUERY = /^Failed query[\s\S]*/

const messageOf = (message: string): string =>
  message.replace(QUOTED_JSON, ', not valid JSON').replace(QUERY, 'Failed query')

const framesOf = ({ stack = '', message }: Error): readonly string[] => {
  const after = message === '' ? stack : stack.slice(stack.indexOf(message) + message.length)
  return after
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
}

const textAt = (thrown: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(thrown, name)
  return typeof value === 'string' ? value : undefined
}

/**
 * Name, message, code, frames and causes of a thrown thing, and nothing else that hangs on it: drivers and clients hang
 * parameters, requests and addresses on their errors.
 */
export const describeError = (thrown: unknown, depth = 0): DescribedError => {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: typeof thrown === 'string' ? thrown : '' }
  const code = textAt(thrown, 'code')
  const internal = textAt(thrown, 'internal')
  const message = messageOf(thrown.message)
  return {
    name: thrown.name,
    message,
    ...(code === undefined || code === message ? {} : { code }),
    ...(internal === undefined ? {} : { internal }),
    frames: framesOf(thrown),
    ...(thrown.cause === undefined || depth === CAUSES_MAX ? {} : { cause: describeError(thrown.cause, depth + 1) }),
  }
}
