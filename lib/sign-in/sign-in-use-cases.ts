import type { Config } from '#lib/config/config.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { findPerson } from '#lib/sign-in/find-person.ts'
import { type SessionCookieCodec, sessionCookieRules } from '#lib/sign-in/session-cookie.ts'
import type { SessionStore } from '#lib/sign-in/session-store.ts'
import type { Clock } from '#lib/time/clock.ts'

type Ports = {
  readonly settings: Pick<Config, 'url'>
  readonly clock: Clock
  readonly secretRing: SecretRing
  readonly sessionStore: SessionStore
  readonly sessionCookieCodec: SessionCookieCodec
}

/** The use-cases of signing in and out, over their ports. */
export const signInUseCases = (ports: Ports) => ({
  findPerson: findPerson(ports),
  sessionCookie: ports.sessionCookieCodec,
  cookies: sessionCookieRules(ports.settings.url, ports.secretRing),
})
