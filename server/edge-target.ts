/** Who answers a path: `edge` (health), `api` (Hono on node:http), `pages` (Next). */
export type Plane = 'edge' | 'api' | 'pages'

const VISIBLE_ASCII = /^[\x21-\x7e]+$/
const PATH = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@[\]%]+)*\/?$/
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/
// Not two hex digits; or a control character, `/`, `\`, or a character that needs no encoding (RFC 3986 §2.3).
const STRAY_PERCENT = /%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|2[def]|3[0-9]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])/i

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** The path of a request target: what stands before the query. */
export const pathOf = (target: string): string => {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

/**
 * Whether a request target (RFC 9112 §3.2) is in origin form and its path the one spelling of itself: a path that a URL
 * parser, a proxy or a router would rewrite could be judged as one thing and answered as another.
 */
export const isCanonicalTarget = (target: string): boolean => {
  if (!VISIBLE_ASCII.test(target) || target.includes('#')) return false
  const path = pathOf(target)
  if (!PATH.test(path) || DOT_SEGMENT.test(path)) return false
  return !path.includes('%') || (!STRAY_PERCENT.test(path) && isDecodable(path))
}

const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** Which plane answers a canonical path. next-auth's own routes are pages. */
export const planeOf = (path: string): Plane => {
  if (isUnder(path, '/api')) return isUnder(path, '/api/auth') ? 'pages' : 'api'
  if (['/oauth', '/.well-known', '/calendar'].some((folder) => isUnder(path, folder))) return 'api'
  return path === '/healthz' || path === '/readyz' ? 'edge' : 'pages'
}
