/** Kinds of requests that operators tell apart; few and fixed, so that no address or id becomes a label. */
export const ROUTE_CLASSES = [
  'validate',
  'token',
  'introspect',
  'revoke',
  'metadata',
  'management',
  'pages',
  'assets',
  'health',
] as const

/** One of those kinds. */
export type RouteClass = (typeof ROUTE_CLASSES)[number]

const under = (target: string, folder: string): boolean => {
  if (!target.startsWith(folder)) return false
  const next = target.charCodeAt(folder.length)
  // The end, `/` or `?`.
  return Number.isNaN(next) || next === 47 || next === 63
}

const BY_FOLDER: readonly (readonly [folder: string, routeClass: RouteClass])[] = [
  ['/oauth/token', 'token'],
  ['/oauth/introspect', 'introspect'],
  ['/oauth/revoke', 'revoke'],
  ['/.well-known', 'metadata'],
  ['/api/auth', 'pages'],
  ['/api', 'management'],
  ['/oauth', 'management'],
  ['/calendar', 'management'],
  ['/_next', 'assets'],
  ['/healthz', 'health'],
  ['/readyz', 'health'],
  ['/metrics', 'health'],
]

/** The kind of a request by its target, canonical or not. */
export const routeClassOf = (target: string): RouteClass => {
  if (under(target, '/api/v1/validate') || under(target, '/api/v1/me')) return 'validate'
  return BY_FOLDER.find(([folder]) => under(target, folder))?.[1] ?? 'pages'
}
