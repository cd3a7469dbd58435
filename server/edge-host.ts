import type { IncomingMessage } from 'node:http'

// Says that the browser was sent to the portal's own address a moment ago and came back under the same other name.
const MARKER = 'latchkey-moved=1'

/** Where a page asked for under another name should be asked for; `setCookie` keeps it from going in circles. */
export type Move = { readonly location: string; readonly setCookie: string }

const isNavigation = ({ method, headers }: IncomingMessage): boolean => {
  if (method !== 'GET' && method !== 'HEAD') return false
  const destination = headers['sec-fetch-dest']
  return destination === undefined ? headers.accept?.includes('text/html') === true : destination === 'document'
}

const withPort = (host: string, port: string): string => (/:\d+$/.test(host) ? host : `${host}:${port}`)

/**
 * Decides whether a navigation under a name that is not the portal's (127.0.0.1 for localhost) moves to LATCHKEY_URL,
 * where cookies and forms work. A proxy that hides the name would bring it back for ever: the second time it is served.
 */
export const createHostRule = (url: string) => {
  const { host, protocol } = new URL(url)
  const defaultPort = protocol === 'https:' ? '443' : '80'
  const own = withPort(host, defaultPort)
  return (request: IncomingMessage): Move | undefined => {
    const asked = request.headers.host?.toLowerCase()
    if (asked === undefined || asked === host || withPort(asked, defaultPort) === own) return undefined
    if (!isNavigation(request) || request.headers.cookie?.includes(MARKER)) return undefined
    return {
      location: `${url}${request.url ?? '/'}`,
      setCookie: `${MARKER}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax`,
    }
  }
}
