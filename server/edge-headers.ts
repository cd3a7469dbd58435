import type { IncomingMessage } from 'node:http'

// What only the edge, or Next's own parts among themselves, may say.
const OURS_ALONE =
  /^(?:x-(?:forwarded-|middleware-|invoke-|vercel-|prerender-|matched-path$|now-route-matches$|nextjs-data$|next-resume|real-ip$|request-id$|nonce$|latchkey-(?:edge|address|pages|answer)$)|forwarded$|content-security-policy|next-resume)/

const ONCE_ONLY = new Set([
  'host',
  'authorization',
  'x-api-key',
  'content-type',
  'content-length',
  'transfer-encoding',
  'origin',
  'sec-fetch-site',
])

const withoutNames = (rawHeaders: readonly string[], drop: (name: string) => boolean): string[] => {
  const kept: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!drop(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}

/** Removes every header that a client may not say. Next reads `headers`, Hono `rawHeaders`: both are cleaned. */
export const dropForgeableHeaders = (request: IncomingMessage): void => {
  const forged = Object.keys(request.headers).filter((name) => OURS_ALONE.test(name))
  if (forged.length === 0) return
  for (const name of forged) delete request.headers[name]
  request.rawHeaders = withoutNames(request.rawHeaders, (name) => OURS_ALONE.test(name))
}

/**
 * Removes `Connection` and every header it names (RFC 9110 §7.6.1). Before anything is said beside them: a client could name what
 * the edge says, and whoever hands the request on would drop it.
 */
export const dropConnectionHeaders = (request: IncomingMessage): void => {
  const { connection } = request.headers
  if (connection === undefined) return
  const named = new Set(['connection', ...connection.split(',').map((name) => name.trim().toLowerCase())])
  for (const name of named) delete request.headers[name]
  request.rawHeaders = withoutNames(request.rawHeaders, (name) => named.has(name))
}

/** Sets headers (lower-case names), in place of whatever stood there, for Next and for Hono. */
export const setRequestHeaders = (request: IncomingMessage, told: Readonly<Record<string, string>>): void => {
  Object.assign(request.headers, told)
  const kept = withoutNames(request.rawHeaders, (name) => Object.hasOwn(told, name))
  request.rawHeaders = [...kept, ...Object.entries(told).flat()]
}

/** Removes a header (lower-case name) for Next and for Hono. */
export const dropRequestHeader = (request: IncomingMessage, name: string): void => {
  delete request.headers[name]
  request.rawHeaders = withoutNames(request.rawHeaders, (other) => other === name)
}

/** The first header that stands more than once although two parsers would choose differently; undefined: none. */
export const repeatedHeader = ({ headers, rawHeaders }: IncomingMessage): string | undefined => {
  if (Object.keys(headers).length * 2 === rawHeaders.length) return undefined
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (!ONCE_ONLY.has(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}
