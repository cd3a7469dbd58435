// What belongs to one connection and not to the message (RFC 9110 §7.6.1), and what the edge has answered already.
const OF_A_CONNECTION = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const pairsOf = (rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []))

/** Whether a header (lower-case name) is for one connection alone, whatever else its `Connection` names. */
export const isOfAConnection = (name: string): boolean => OF_A_CONNECTION.has(name)

/** The headers that a message keeps on its next connection: without those of a connection, and whatever `Connection` names. */
export const endToEndHeaders = (rawHeaders: readonly string[]): string[] => {
  const pairs = pairsOf(rawHeaders)
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((name) => name.trim())
  return pairs.filter(([name]) => !isOfAConnection(name.toLowerCase()) && !named.includes(name.toLowerCase())).flat()
}
