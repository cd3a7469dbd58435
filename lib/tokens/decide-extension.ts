import type { RotationView } from '#lib/tokens/change-rotation.ts'
import { OVERLAP_SECONDS_MAX, type Overlap, overlapLimit } from '#lib/tokens/overlap.ts'

/** When the former credential shall end: seconds after the rotation, or a NumericDate. */
export type ExtensionRequest =
  | { readonly kind: 'after'; readonly seconds: number }
  | { readonly kind: 'at'; readonly numericDate: number }

/** The end the former credential gets, or why not the one asked for. */
export type ExtensionDecision =
  | { readonly outcome: 'extended' | 'unchanged'; readonly endsAt: number }
  | { readonly outcome: 'refused'; readonly reason: 'too_long' | 'earlier' }

const askedEnd = ({ current }: Overlap, request: ExtensionRequest): number =>
  request.kind === 'at' ? request.numericDate : current.createdAt + request.seconds

/**
 * Holds a longer overlap against its bounds: never more than 30 days after the rotation, cut to the token's own end, and
 * never earlier than it is, as finishing does that. Pure.
 */
export const decideExtension = (
  { token, overlap, replaced }: RotationView,
  request: ExtensionRequest,
): ExtensionDecision => {
  const asked = askedEnd(overlap, request)
  if (asked > overlap.current.createdAt + OVERLAP_SECONDS_MAX) return { outcome: 'refused', reason: 'too_long' }
  if (asked < overlap.endsAt) return { outcome: 'refused', reason: 'earlier' }
  const endsAt = Math.max(overlap.endsAt, Math.min(asked, overlapLimit(overlap, token, replaced)))
  return { outcome: endsAt === overlap.endsAt ? 'unchanged' : 'extended', endsAt }
}
