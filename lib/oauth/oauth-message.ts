import { PortalError } from '#lib/errors/portal-error.ts'

/** A request to an endpoint of the authorization server as HTTP carries it. */
export type OAuthMessage = {
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  /** The DPoP header (RFC 9449 §4.1); undefined: none. */
  readonly dpop?: string | undefined
  readonly body: string
}

const FORM = /^application\/x-www-form-urlencoded(?:\s*;|$)/i

/**
 * The parameters of a form body (RFC 6749 §3.2): one without a value counts as omitted, unknown ones are nobody's
 * concern. `request.media_type` for another type, `request.malformed` when a parameter stands twice; the first of those
 * that may is in the form, and `readValues` tells them all.
 */
export const readForm = (
  { contentType, body }: OAuthMessage,
  repeatable: readonly string[] = [],
): ReadonlyMap<string, string> => {
  if (!FORM.test(contentType ?? ''))
    throw new PortalError('request.media_type', { detail: 'Send application/x-www-form-urlencoded.' })
  const seen = new Set<string>()
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (seen.has(name) && !repeatable.includes(name))
      throw new PortalError('request.malformed', { detail: 'A parameter stands twice.' })
    seen.add(name)
    if (value !== '' && !form.has(name)) form.set(name, value)
  }
  return form
}

/** The different values of a parameter that may stand several times; those without a value count as omitted. */
export const readValues = ({ body }: OAuthMessage, name: string): readonly string[] => [
  ...new Set(new URLSearchParams(body).getAll(name).filter((value) => value !== '')),
]
