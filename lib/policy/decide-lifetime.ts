import type { TokenPolicy } from '#lib/access/token-policy.ts'

/** When a token shall end, as it was asked for. */
export type ExpiryRequest =
  | { readonly kind: 'after'; readonly seconds: number }
  | { readonly kind: 'at'; readonly numericDate: number }
  | { readonly kind: 'never' }

/** The expiry a token gets (null: none), or why it may not have the one asked for. */
export type LifetimeDecision =
  | { readonly allowed: true; readonly expiresAt: number | null }
  | { readonly allowed: false; readonly reason: 'never' | 'too_long' | 'past' }

/** Holds a requested expiry against the tenant's policy; pure. */
export const decideLifetime = (policy: TokenPolicy, request: ExpiryRequest, now: number): LifetimeDecision => {
  if (request.kind === 'never') {
    const allowed = policy.neverExpires && policy.lifetimeSecondsMax === null
    return allowed ? { allowed, expiresAt: null } : { allowed, reason: 'never' }
  }
  const expiresAt = request.kind === 'at' ? request.numericDate : now + request.seconds
  if (expiresAt <= now) return { allowed: false, reason: 'past' }
  if (policy.lifetimeSecondsMax !== null && expiresAt - now > policy.lifetimeSecondsMax)
    return { allowed: false, reason: 'too_long' }
  return { allowed: true, expiresAt }
}
