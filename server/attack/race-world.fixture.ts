import type { Connection } from '#db/connection.ts'
import type { Portal } from '#lib/portal.ts'
import { type Answer, type Server, URL_OF_ALL } from '#server/attack/race-server.fixture.ts'

/** Who runs the environment, and owns its first account. */
export const OWNER = 'ada@acme.example'

/** The settings of every process of a race. */
export const settingsOf = (file: string) => ({
  DATABASE_URL: `file:${file}`,
  LATCHKEY_URL: URL_OF_ALL,
  LATCHKEY_SECRET: 'a-secret-of-races-long-enough-to-be-taken-for-one',
  LATCHKEY_BOOTSTRAP_EMAIL: OWNER,
  LATCHKEY_BOOTSTRAP_PASSWORD: 'a passphrase for attacks',
})

const TRACE = { requestId: 'attack', address: '192.0.2.1', agent: undefined }

const ADA = {
  trace: TRACE,
  browser: { sid: undefined, known: undefined },
} as const

/** People of a portal, signed in. */
export const peopleOf = (portal: Portal) => {
  const personOf = async (email: string) => {
    const claims = { email, email_verified: true }
    const { sid } = await portal.signIn.signInWithOidc({ claims, ...ADA })
    const person = await portal.signIn.findPerson(sid)
    if (!person) throw new Error(`${email} is not signed in`)
    return { person, sid }
  }
  return {
    /** Somebody's cookie, and who they are in an account. */
    signIn: async (email: string, slug = 'latchkey') => {
      const { person, sid } = await personOf(email)
      const principal = await portal.access.findPrincipal({ person, tenant: { slug }, trace: TRACE })
      const cookie = `${portal.signIn.cookies.sessionName}=${await portal.signIn.sessionCookie.encode(sid)}`
      return { cookie, principal, tokens: `/api/v1/tenants/${principal.tenant.id}/tokens` }
    },
    /** Another account of the operator's; its slug. */
    createAccount: async (name: string): Promise<string> => {
      const { person } = await personOf(OWNER)
      return (await portal.tenants.createTenant({ person, name, trace: TRACE })).slug
    },
  }
}

/** Somebody signed in. */
export type SignedIn = Awaited<ReturnType<ReturnType<typeof peopleOf>['signIn']>>

/** Two portals over one database, a third beside them that manages people, and a look at what is stored. */
export type RaceWorld = ReturnType<typeof peopleOf> & {
  readonly one: Server
  readonly other: Server
  readonly portal: Portal
  readonly records: Connection
  readonly owner: SignedIn
  /** How long what one portal has committed may take until the other knows of it, in milliseconds; absent: it knows at once. */
  readonly newsMs?: number
}

/** `count` values. */
export const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** The one portal or the other, in turn. */
export const serverAt = ({ one, other }: Pick<RaceWorld, 'one' | 'other'>, index: number): Server =>
  index % 2 === 0 ? one : other

/** What a form asks for; a personal access token unless said otherwise. */
export const wish = (change: object = {}) => ({
  context: 'user',
  type: 'access_token',
  name: 'attacked',
  grant: { mode: 'owner' },
  ...change,
})

/** The id of the token that an answer is about. */
export const idOf = ({ json }: Answer): string => String((json['token'] as { id: string }).id)

/** New credentials of the owner, and how to speak as their client. */
export const newClient = async ({ one, owner }: Pick<RaceWorld, 'one' | 'owner'>, change: object = {}) => {
  const made = await one.manage(owner.cookie, 'POST', owner.tokens, wish({ type: 'client_credentials', ...change }))
  const identity = { client_id: String(made.json['clientId']), client_secret: String(made.json['clientSecret']) }
  const path = `${owner.tokens}/${idOf(made)}`
  return {
    id: idOf(made),
    identity,
    path,
    exchange: (server: Server) => server.exchange({ grant_type: 'client_credentials', ...identity }),
    refresh: (server: Server, text: unknown) =>
      server.exchange({ grant_type: 'refresh_token', refresh_token: String(text), ...identity }),
    loseRefresh: (server: Server, text: unknown) =>
      server.loseExchange({ grant_type: 'refresh_token', refresh_token: String(text), ...identity }),
    end: (server: Server) => server.manage(owner.cookie, 'DELETE', path),
  }
}

/** The refresh token and the bearer JWT of an answer. */
export const given = ({ json }: Answer) => ({
  refresh: String(json['refresh_token']),
  bearer: String(json['access_token']),
})
