import { type Accept, parseAccept } from 'hono/utils/accept'

/** The two forms of an introspection: RFC 7662 §2.2, RFC 9701 §5. */
export const INTROSPECTION_TYPES = {
  json: 'application/json',
  jwt: 'application/token-introspection+jwt',
} as const

// Of what fits, the most precise counts (RFC 9110 §12.5.1).
const qualityOf = (accepted: readonly Accept[], type: string): number => {
  const find = (name: string) => accepted.find((one) => one.type.toLowerCase() === name)
  return (find(type) ?? find('application/*') ?? find('*/*'))?.q ?? 0
}

/**
 * Which form an `Accept` header asks for: signed where it names that type and prefers nothing to it, JSON otherwise, also
 * where it accepts neither.
 */
export const introspectionTypeFor = (accept: string | undefined): keyof typeof INTROSPECTION_TYPES => {
  const accepted = parseAccept(accept ?? '')
  const isNamed = accepted.some(({ type, q }) => type.toLowerCase() === INTROSPECTION_TYPES.jwt && q > 0)
  if (!isNamed) return 'json'
  return qualityOf(accepted, INTROSPECTION_TYPES.jwt) >= qualityOf(accepted, INTROSPECTION_TYPES.json) ? 'jwt' : 'json'
}
