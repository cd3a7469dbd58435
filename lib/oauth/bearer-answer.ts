import type { EnvironmentSettings, EnvironmentStore } from '#lib/access/environment-store.ts'
import type { AuditEvent, AuditEventType } from '#lib/audit/audit-event.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { AuthenticatePorts } from '#lib/oauth/authenticate-client.ts'
import { type Bearer, mintBearer } from '#lib/oauth/bearer-jwt.ts'
import type { RecentRefreshes } from '#lib/oauth/recent-refreshes.ts'
import type { Standing } from '#lib/verdict/standing.ts'

/** What giving out bearer JWTs needs of the world. */
export type BearerPorts = AuthenticatePorts & {
  readonly randomness: Randomness
  readonly keyRing: KeyRing
  readonly environmentStore: EnvironmentStore
}

/** The same with what was given out lately. */
export type RefreshPorts = BearerPorts & { readonly recent: RecentRefreshes }

/** A successful answer of the token endpoint (RFC 6749 §5.1). */
export type BearerAnswer = {
  readonly access_token: string
  /** `DPoP` where it is bound to a key (RFC 9449 §5). */
  readonly token_type: 'Bearer' | 'DPoP'
  /** Seconds. */
  readonly expires_in: number
  /** Left out where the client gets none: it exchanges again. */
  readonly refresh_token?: string
  /** Only where it was narrowed. */
  readonly scope?: string
}

/** One request under way: what it stands on and where it came from. */
export type Exchange = {
  readonly standing: Standing
  readonly credentialId: string
  readonly settings: EnvironmentSettings
  readonly requestId: string
  readonly address: string | undefined
  /** Of the key that the client proved to hold (RFC 7638); undefined: it proved none. */
  readonly thumbprint?: string | undefined
  readonly now: number
}

/** The answer with a newly signed bearer JWT of the family. */
export const answerBearer = async (
  ports: Pick<BearerPorts, 'keyRing' | 'randomness'>,
  exchange: Exchange,
  given: Pick<Bearer, 'audience' | 'familyId' | 'scope'> & { readonly refreshToken: string | undefined },
): Promise<BearerAnswer> => {
  const { refreshToken, ...bearer } = given
  const { jwt, lifetimeSeconds } = await mintBearer(ports, { ...exchange, ...bearer })
  return {
    access_token: jwt,
    token_type: exchange.thumbprint === undefined ? 'Bearer' : 'DPoP',
    expires_in: lifetimeSeconds,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(bearer.scope ? { scope: bearer.scope.join(' ') } : {}),
  }
}

/** Tells of what a client did with its credential; never with a secret in it. */
export const exchangeEvent = (
  { randomness }: Pick<BearerPorts, 'randomness'>,
  { standing, credentialId, requestId, address, thumbprint, now }: Omit<Exchange, 'settings'>,
  type: AuditEventType,
  details: Readonly<Record<string, unknown>>,
): AuditEvent => {
  const { id, tenantId, name } = standing.token
  return {
    tenantId,
    id: randomness.orderedUuid(),
    at: now,
    type,
    actor: { kind: 'token', id, name },
    target: { kind: 'token', id, name },
    requestId,
    address,
    details: { credentialId, ...(thumbprint === undefined ? {} : { thumbprint }), ...details },
  }
}
