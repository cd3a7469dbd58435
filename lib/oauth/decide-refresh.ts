import { REFRESH_LIFETIME_SECONDS, RETRY_WINDOW_SECONDS, type StoredRefresh } from '#lib/oauth/refresh-token.ts'

/** What a presented refresh token gets. */
export type RefreshDecision =
  /** Its successor, to be made. */
  | { readonly kind: 'rotate'; readonly refresh: StoredRefresh }
  /** The successor it has already: an answer was lost, or several asked at once. */
  | { readonly kind: 'repeat'; readonly refresh: StoredRefresh; readonly successor: StoredRefresh }
  /** Nothing, and it is recorded: a retry that came too late for its unused successor. */
  | { readonly kind: 'late_retry'; readonly refresh: StoredRefresh }
  /** Nothing, and its family ends: two hold what only one was given. */
  | { readonly kind: 'theft'; readonly refresh: StoredRefresh }
  /** Nothing. */
  | { readonly kind: 'refuse'; readonly why: 'unknown' | 'other_client' | 'ended' | 'expired' }

/** A presented refresh token: its row and its successor's, as far as there are any. */
export type PresentedRefresh = {
  readonly refresh: StoredRefresh | undefined
  readonly successor: StoredRefresh | undefined
}

const refuse = (why: Extract<RefreshDecision, { kind: 'refuse' }>['why']): RefreshDecision => ({ kind: 'refuse', why })

const decideUsed = (
  refresh: StoredRefresh,
  usedAt: number,
  successor: StoredRefresh | undefined,
  now: number,
): RefreshDecision => {
  if (!successor) return refuse('ended')
  if (successor.usedAt !== null) return { kind: 'theft', refresh }
  if (successor.endedAt !== null) return refuse('ended')
  return now - usedAt <= RETRY_WINDOW_SECONDS ? { kind: 'repeat', refresh, successor } : { kind: 'late_retry', refresh }
}

/** Decides on a refresh token presented by an authenticated client (RFC 6749 §6, RFC 9700 §4.14.2); pure. */
export const decideRefresh = (
  { refresh, successor }: PresentedRefresh,
  client: Pick<StoredRefresh, 'tenantId' | 'tokenId'>,
  now: number,
): RefreshDecision => {
  if (!refresh) return refuse('unknown')
  if (refresh.tenantId !== client.tenantId || refresh.tokenId !== client.tokenId) return refuse('other_client')
  if (refresh.endedAt !== null) return refuse('ended')
  if (refresh.createdAt + REFRESH_LIFETIME_SECONDS <= now) return refuse('expired')
  return refresh.usedAt === null ? { kind: 'rotate', refresh } : decideUsed(refresh, refresh.usedAt, successor, now)
}
