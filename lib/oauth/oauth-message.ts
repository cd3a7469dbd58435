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

/** The parameters of a form, in order, as they stand in a body (RFC 6749 §3.2). `request.media_type` for another type. */
export const parseForm = ({ contentType, body }: OAuthMessage): URLSearchParams => {
  if (!FORM.test(contentType ?? ''))
    throw new PortalError('request.media_type', { detail: 'Send application/x-www-form-urlencoded.' })
  return new URLSearchParams(body)
}

/**
 * The parameters by name: one without a value counts as omitted, unknown ones are nobody's concern.
 * `request.malformed` when a parameter stands twice; the first of those that may is there, and `readValues` tells them all.
 */
export const readForm = (
  parameters: URLSearchParams,
  repeatable: readonly string[] = [],
): ReadonlyMap<string, string> => {
  const seen = new Set<string>()
  const form = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (seen.has(name) && !repeatable.includes(name))
      throw new PortalError('request.malformed', { detail: 'A parameter stands twice.' })
    seen.add(name)
    if (value !== '' && !form.has(name)) form.set(name, value)
  }
  return form
}

/** The different values of a parameter that may stand several times; those without a value count as omitted. */
export const readValues = (parameters: URLSearchParams, name: string): readonly string[] => [
  ...new Set(parameters.getAll(name).filter((value) => value !== '')),
]
