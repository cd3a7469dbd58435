import type { WireAnswer } from '#lib/api/wire.ts'
import { type LimitNotes } from '#lib/policy/limit-requests.ts'
import { WINDOW_SECONDS } from '#lib/policy/request-window.ts'

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11, lists of RFC 9651) for the limits that a
 * request met; none for a request that met none.
 */
export const limitHeaders = (notes: LimitNotes | undefined): Readonly<Record<string, string>> => {
  const allowances = notes?.allowances ?? []
  if (allowances.length === 0) return {}
  return {
    'RateLimit-Policy': allowances.map(({ policy, quota }) => `"${policy}";q=${quota};w=${WINDOW_SECONDS}`).join(', '),
    RateLimit: allowances.map(({ policy, remaining, seconds }) => `"${policy}";r=${remaining};t=${seconds}`).join(', '),
  }
}

/** An answer with the headers of its request's limits; the same answer where it met none. */
export const withLimits = (answer: WireAnswer, notes: LimitNotes): WireAnswer =>
  notes.allowances.length === 0 ? answer : { ...answer, headers: { ...answer.headers, ...limitHeaders(notes) } }
