/** Why a refresh token ended before it was used. */
export type RefreshEndReason = 'evicted' | 'theft' | 'revoked'
