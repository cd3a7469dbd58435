import type { ServerResponse } from 'node:http'

const ONE_YEAR_SECONDS = 31_536_000

type PolicySettings = {
  /** The portal's own URL. */
  readonly url: string
  /** An OpenID provider whose page a form may lead to; undefined: none. */
  readonly issuer: string | undefined
  readonly dev: boolean
}

/** A Content-Security-Policy for one page, by its nonce (base64). */
export type ContentPolicy = (nonce: string) => string

/**
 * The policy of pages. Scripts run by nonce alone and hand on their trust to what they load. Styles may be inline: the
 * dialogs and menus set them, and a style cannot send anything away here, since nothing may be fetched from elsewhere.
 */
export const createContentPolicy = ({ url, issuer, dev }: PolicySettings): ContentPolicy => {
  const formTargets = issuer === undefined ? `'self'` : `'self' ${new URL(issuer).origin}`
  const before = `default-src 'self'; script-src 'self' 'nonce-`
  const after = [
    `' 'strict-dynamic'${dev ? ` 'unsafe-eval'` : ''}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'${dev ? ` ws://${new URL(url).host}` : ''}`,
    `object-src 'none'`,
    `frame-src 'none'`,
    `worker-src 'self'`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action ${formTargets}`,
    `frame-ancestors 'none'`,
    ...(url.startsWith('https:') ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
  return (nonce) => `${before}${nonce}${after}`
}

/** Headers of every answer, of either plane; `secure`: LATCHKEY_URL is https. */
export const commonHeaders = ({ secure }: { readonly secure: boolean }): Readonly<Record<string, string>> => ({
  'X-Content-Type-Options': 'nosniff',
  ...(secure ? { 'Strict-Transport-Security': `max-age=${ONE_YEAR_SECONDS}` } : {}),
})

const PAGE_HEADERS: readonly (readonly [string, string])[] = [
  ['Referrer-Policy', 'same-origin'],
  ['X-Frame-Options', 'DENY'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Robots-Tag', 'noindex, nofollow'],
  [
    'Permissions-Policy',
    'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
  ],
]

/** Headers of a page, on top of the common ones; Next may only make `Cache-Control` stricter. */
export const setPageHeaders = (response: ServerResponse, contentPolicy: string): void => {
  for (const [name, value] of PAGE_HEADERS) response.setHeader(name, value)
  response.setHeader('Content-Security-Policy', contentPolicy)
  response.setHeader('Cache-Control', 'no-store')
}
