import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { rememberBrowser } from '#lib/sign-in/known-browser.ts'
import { newSession } from '#lib/sign-in/new-session.ts'
import type { SessionMethod } from '#lib/sign-in/session.ts'
import type { SessionStart, SessionStore } from '#lib/sign-in/session-store.ts'
import { actorOf, type EventPorts, type SignInTrace, signInEvent, userTarget } from '#lib/sign-in/sign-in-event.ts'
import type { User } from '#lib/users/user.ts'

/** What starting a session needs of the world. */
export type StartPorts = EventPorts & { readonly secretRing: SecretRing; readonly sessionStore: SessionStore }

/** What a browser sent along, each undefined when absent. */
export type Browser = {
  /** The random value of the session it has now, which ends with a new sign-in. */
  readonly sid: string | undefined
  /** The cookie of browsers that have signed in before. */
  readonly known: string | undefined
}

/** What the browser is given: values of its two cookies. */
export type SignedIn = { readonly sid: string; readonly known: string }

type Proof = Pick<SessionStart, 'challengeId' | 'passwordDigest'> & {
  /** As it was when the proof was checked. */
  readonly user: User
  readonly method: SessionMethod
  /** NumericDate of the proof; now unless an identity provider says otherwise. */
  readonly signedInAt?: number | undefined
  readonly browser: Browser
  readonly trace: SignInTrace
  /** Whether every other session of the person ends. */
  readonly endsAll?: boolean
  readonly event?: AuditEvent
}

/**
 * Starts a session for somebody who has just proved who they are, ends the one this browser had, and records it.
 * `person`: they changed or were disabled meanwhile; `challenge`: the challenge is used up. Nothing is written then.
 */
export const startSession =
  (ports: StartPorts) =>
  async (proof: Proof): Promise<SignedIn | 'person' | 'challenge'> => {
    const { user, method, browser, trace, challengeId, passwordDigest, event } = proof
    const now = ports.clock.now()
    const { sid, session } = newSession(ports, { userId: user.id, method, now, signedInAt: proof.signedInAt, trace })
    const started = signInEvent(ports, {
      type: 'session.started',
      actor: actorOf(user),
      target: userTarget(user),
      trace,
      details: { method, session: session.id },
    })
    const outcome = await ports.sessionStore.start({
      session,
      at: now,
      userVersion: user.version,
      ends: proof.endsAll ? 'all' : { digests: browser.sid ? ports.secretRing.digests('session', browser.sid) : [] },
      ...(challengeId === undefined ? {} : { challengeId }),
      ...(passwordDigest === undefined ? {} : { passwordDigest }),
      events: [...(event ? [event] : []), started],
    })
    return outcome === 'started' ? { sid, known: rememberBrowser(ports, browser.known, user.email) } : outcome
  }
