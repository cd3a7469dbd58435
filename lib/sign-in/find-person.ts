import type { Person } from '#lib/access/find-principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { isSessionLive, LAST_SEEN_SECONDS, type Session } from '#lib/sign-in/session.ts'
import type { SessionStore } from '#lib/sign-in/session-store.ts'
import type { Clock } from '#lib/time/clock.ts'

type Ports = { readonly sessionStore: SessionStore; readonly secretRing: SecretRing; readonly clock: Clock }

// A full or read-only disk must not sign people out: they may still look.
const markSeen = async (store: SessionStore, { id, userId, lastSeenAt }: Session, now: number): Promise<void> => {
  if (now - lastSeenAt < LAST_SEEN_SECONDS) return
  try {
    await store.touch(id, userId, now)
  } catch (thrown) {
    if (!isPortalError(thrown) || thrown.code !== 'store.unavailable') throw thrown
  }
}

/**
 * The person behind a session's random value, as of now; undefined when the session is unknown, ended, expired or idle
 * too long, or the person is disabled. Notes the visit, at most once a minute.
 */
export const findPerson =
  ({ sessionStore, secretRing, clock }: Ports) =>
  async (sid: string): Promise<Person | undefined> => {
    const now = clock.now()
    const open = await sessionStore.find(secretRing.digests('session', sid))
    if (!open || !isSessionLive(open.session, now)) return undefined
    await markSeen(sessionStore, open.session, now)
    const { user, session } = open
    return {
      userId: user.id,
      name: user.name,
      email: user.email,
      sessionId: session.id,
      signedInAt: session.signedInAt,
    }
  }
