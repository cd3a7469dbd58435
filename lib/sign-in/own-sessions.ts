import type { Person } from '#lib/access/find-principal.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { isSessionLive, type Session } from '#lib/sign-in/session.ts'
import type { SessionStore } from '#lib/sign-in/session-store.ts'
import { actorOf, type EventPorts, signInEvent } from '#lib/sign-in/sign-in-event.ts'

type Ports = EventPorts & { readonly sessionStore: SessionStore }

type Own = { readonly person: Person; readonly trace: RequestTrace }

/** A session as its owner sees it. */
export type OwnSession = Session & { readonly isThisOne: boolean }

/** The person's sessions that are still open, this one first, then the newest. */
export const listSessions =
  ({ sessionStore, clock }: Ports) =>
  async (person: Person): Promise<readonly OwnSession[]> => {
    const now = clock.now()
    const open = (await sessionStore.list(person.userId, now)).filter((session) => isSessionLive(session, now))
    const own = open.map((session) => ({ ...session, isThisOne: session.id === person.sessionId }))
    return [...own.filter(({ isThisOne }) => isThisOne), ...own.filter(({ isThisOne }) => !isThisOne)]
  }

const ended = (ports: Ports, { person, trace }: Own, type: 'session.ended' | 'session.all_ended', id: string) =>
  signInEvent(ports, {
    type,
    actor: actorOf({ id: person.userId, name: person.name }),
    target: { kind: 'session', id, name: '' },
    trace,
  })

/** Ends one of the person's own sessions; `resource.not_found` for any other id. */
export const endSession =
  (ports: Ports) =>
  async ({ sessionId, ...own }: Own & { readonly sessionId: string }): Promise<void> => {
    const count = await ports.sessionStore.end({
      userId: own.person.userId,
      which: { id: sessionId },
      at: ports.clock.now(),
      event: ended(ports, own, 'session.ended', sessionId),
    })
    if (count === 0) throw new PortalError('resource.not_found')
  }

/** Signs the person out everywhere, this browser included; answers how many sessions ended. */
export const endAllSessions =
  (ports: Ports) =>
  async (own: Own): Promise<number> =>
    ports.sessionStore.end({
      userId: own.person.userId,
      which: { allBut: undefined },
      at: ports.clock.now(),
      event: ended(ports, own, 'session.all_ended', ''),
    })

/** Signs out: ends the session the person is in. Nothing happens when it has ended already. */
export const signOut =
  (ports: Ports) =>
  async (own: Own): Promise<void> => {
    const { sessionId, userId } = own.person
    if (sessionId === undefined) return
    await ports.sessionStore.end({
      userId,
      which: { id: sessionId },
      at: ports.clock.now(),
      event: ended(ports, own, 'session.ended', sessionId),
    })
  }
