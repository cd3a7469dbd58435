import type { ErrorCode } from '#lib/errors/errors.ts'
import { isAddressAllowed } from '#lib/policy/ip-allowlist.ts'
import type { RevocationReason } from '#lib/tokens/token.ts'
import type { Standing } from '#lib/verdict/standing.ts'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

/** What a caller asks of a credential beyond being good. */
export type Requirements = {
  /** All of them are needed. */
  readonly permissions: readonly string[]
  readonly audience: string | undefined
  /** Where the credential was presented from; undefined where nobody trustworthy says. */
  readonly address: string | undefined
}

/** Whether a credential is good now; the first reason against it otherwise. */
export type Verdict =
  | { readonly good: true }
  | { readonly good: false; readonly code: ErrorCode; readonly missing?: readonly string[] }

const GOOD: Verdict = { good: true }
const refuse = (code: ErrorCode): Verdict => ({ good: false, code })

const isOver = (end: number | null | undefined, now: number): boolean => typeof end === 'number' && end <= now

// Any other reason is about the person it acted for.
const ENDED_FOR_ITSELF: ReadonlySet<RevocationReason> = new Set(['by_hand', 'leaked', 'restored'])

// Whether the token may be used at all, whoever asks for what.
const decideStanding = (standing: Standing, now: number): Verdict => {
  const { token, user, switchedOff } = standing
  if (token.revoked) return refuse(ENDED_FOR_ITSELF.has(token.revoked.reason) ? 'token.revoked' : 'token.owner_gone')
  if (isOver(token.expiresAt, now)) return refuse('credential.expired')
  if (token.context === 'user' && !user) return refuse('token.owner_gone')
  if (token.paused) return refuse('token.paused')
  return switchedOff ? refuse('token.switched_off') : GOOD
}

// What a secret was exchanged for ends with it, whether or not there was a refresh token to end.
const isCredentialOver = (ends: Standing['credentialEnds'], id: string | undefined, now: number): boolean =>
  id !== undefined && (!ends.has(id) || isOver(ends.get(id), now))

const decideCredential = (
  { token, credentialEnds, endedFamilies }: Standing,
  claims: VerifiedClaims,
  now: number,
): Verdict => {
  if (claims.notBefore > now) return refuse('credential.invalid')
  if (isOver(claims.expiresAt, now)) return refuse('credential.expired')
  if (claims.purpose === 'bearer') {
    if (token.type !== 'client_credentials') return refuse('credential.invalid')
    // What was exchanged before the token asked for it.
    if (token.dpopRequiredAt !== null && claims.thumbprint === undefined) return refuse('token.dpop_required')
    const ended = claims.familyId !== undefined && endedFamilies.has(claims.familyId)
    return ended || isCredentialOver(credentialEnds, claims.credentialId, now) ? refuse('token.revoked') : GOOD
  }
  const end = credentialEnds.get(claims.id)
  if (token.type !== 'access_token' || end === undefined) return refuse('credential.invalid')
  return isOver(end, now) ? refuse('token.revoked') : GOOD
}

const decideRequirements = (
  { token, permissions }: Standing,
  { audience, scope }: VerifiedClaims,
  asked: Requirements,
): Verdict => {
  if (!isAddressAllowed(token.ipAllowlist, asked.address)) return refuse('token.address')
  if (asked.audience !== undefined && asked.audience !== audience) return refuse('token.audience')
  const missing = asked.permissions.filter((key) => !permissions.has(key) || (scope && !scope.includes(key)))
  return missing.length === 0 ? GOOD : { good: false, code: 'token.permission', missing }
}

/** The verdict on verified claims, from the token's standing, the request and the time; pure. */
export const decideVerdict = (
  standing: Standing,
  claims: VerifiedClaims,
  asked: Requirements,
  now: number,
): Verdict => {
  const standingVerdict = decideStanding(standing, now)
  if (!standingVerdict.good) return standingVerdict
  const credentialVerdict = decideCredential(standing, claims, now)
  return credentialVerdict.good ? decideRequirements(standing, claims, asked) : credentialVerdict
}

/** Whether a token may be exchanged now: its standing and the address, without a JWT. Pure. */
export const decideExchange = (standing: Standing, address: string | undefined, now: number): Verdict => {
  const verdict = decideStanding(standing, now)
  if (!verdict.good) return verdict
  return isAddressAllowed(standing.token.ipAllowlist, address) ? GOOD : refuse('token.address')
}
