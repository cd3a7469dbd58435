type Route = { readonly method: string; readonly path: string }

const EVERY_METHOD = 'ALL'

// Paths of routes hold names (`:id`) and no other pattern, but for those that take every method anyway.
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`)

/** Tells which methods work at a path (RFC 9110 §15.5.6), from the routes themselves; none where no route is. */
export const allowedMethods = (routes: readonly Route[]): ((path: string) => readonly string[]) => {
  const named = routes.filter(({ method }) => method !== EVERY_METHOD)
  const patterns = named.map(({ method, path }) => ({ method, pattern: patternOf(path) }))
  return (path) => [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
}
