import type { Person } from '#lib/access/find-principal.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Portal } from '#lib/portal.ts'
import { type AccountSlug, PEOPLE, type PersonKey } from '#server/demo/demo-people.ts'

/** What turns the clock of the portal that the demo is played on. */
export type TurnedClock = { now(): number; turn(moment: number): void }

/** The portal in which the demo's past is played, and who is who in it. */
export type Stage = {
  readonly portal: Portal
  readonly clock: TurnedClock
  /** NumericDate of the present, in which the past ends. */
  readonly present: number
  /** The demo's one password. */
  readonly password: string
  /** Remembers under which id the portal knows a person. */
  meet(key: PersonKey, userId: string): void
  /** A person as one who has signed in just now. */
  person(key: PersonKey): Person
  /** A person acting in an account, with the rights they have at this moment of the play. */
  as(key: PersonKey, account: AccountSlug): Promise<Principal>
  /** The request a person's action comes by. */
  trace(key: PersonKey): { readonly requestId: string; readonly address: string; readonly agent: string }
}

/** Seconds before the present, as a NumericDate. */
export const daysBefore = ({ present }: Pick<Stage, 'present'>, days: number): number =>
  present - Math.round(days * 86_400)

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0'

/** An empty stage over a portal that lives by the turned clock. */
export const createStage = (props: Pick<Stage, 'portal' | 'clock' | 'present' | 'password'>): Stage => {
  const ids = new Map<PersonKey, string>()
  let requests = 0
  const idOf = (key: PersonKey): string => {
    const id = ids.get(key)
    if (id === undefined) throw new Error(`${key} has not entered the stage`)
    return id
  }
  const person = (key: PersonKey): Person => {
    const { name, email } = PEOPLE[key]
    return { userId: idOf(key), name, email, sessionId: undefined, signedInAt: props.clock.now() }
  }
  const trace: Stage['trace'] = (key) => {
    requests += 1
    return { requestId: `demo-${requests}`, address: PEOPLE[key].address, agent: AGENT }
  }
  return {
    ...props,
    meet: (key, userId) => void ids.set(key, userId),
    person,
    trace,
    as: (key, slug) => props.portal.access.findPrincipal({ person: person(key), tenant: { slug }, trace: trace(key) }),
  }
}
