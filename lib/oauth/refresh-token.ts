import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

/** Why a refresh token ended before it was used. */
export type RefreshEndReason = 'evicted' | 'theft' | 'revoked'

/** A refresh token as it is stored; times are NumericDates. */
export type StoredRefresh = {
  readonly tenantId: string
  readonly tokenId: string
  /** Counts up within a token. */
  readonly sequence: number
  readonly familyId: string
  /** Space-separated permissions its family was narrowed to; null: everything the token may do. */
  readonly scope: string | null
  readonly audience: string
  /** What its text was derived with, and under which secret; null for the first of a family. */
  readonly salt: string | null
  readonly secretId: string
  readonly createdAt: number
  readonly usedAt: number | null
  readonly endedAt: number | null
  readonly endedReason: RefreshEndReason | null
}

/** The refresh tokens and bearer JWTs that came of one exchange, by the id their JWTs carry as `sid`. */
export type Family = Pick<StoredRefresh, 'tenantId' | 'tokenId' | 'familyId'>

/** Seconds for which an unused refresh token is good. */
export const REFRESH_LIFETIME_SECONDS = 30 * DAY_SECONDS

/** Up to which moment refresh tokens are forgotten: those expired a day ago, or longer. */
export const forgottenUntil = (now: number): number => now - REFRESH_LIFETIME_SECONDS - DAY_SECONDS

/** Seconds for which a used refresh token answers with its unused successor again. */
export const RETRY_WINDOW_SECONDS = MINUTE_SECONDS

/** Active refresh tokens that one client may have; the oldest end first. */
export const ACTIVE_REFRESH_TOKENS_MAX = 100
