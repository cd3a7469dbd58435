import type { Connection } from '#db/connection.ts'
import { createKeyStore } from '#db/key-store.ts'
import { createSessionStore } from '#db/session-store.ts'
import { createUserStore } from '#db/user-store.ts'
import type { Person } from '#lib/access/find-principal.ts'
import type { Principal } from '#lib/access/principal.ts'
import { keyOperator } from '#lib/keys/key-event.ts'
import { keysUseCases } from '#lib/keys/keys-use-cases.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { Portal } from '#lib/portal.ts'
import { startSession } from '#lib/sign-in/start-session.ts'
import type { EditRequest, IssueRequest } from '#lib/tokens/token-request.ts'

/** A person as tests name them. */
export type Role = 'olga' | 'adam' | 'mia' | 'rita'

const ROLES = { olga: 'owner', adam: 'admin', mia: 'member', rita: 'read_only' } as const satisfies Record<Role, string>

/** An account with its four people: olga owns it, adam is an admin, mia a member, rita reads only. */
export type Account = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly people: Readonly<Record<Role, { readonly userId: string; readonly email: string }>>
}

/** The cookie of a session, as a browser holds it. */
export type SessionCookie = { readonly name: string; readonly value: string }

const TRACE = { requestId: 'e2e', address: undefined, agent: 'e2e' }

type Parts = {
  readonly portal: Portal
  readonly connection: Connection
  readonly secretRing: SecretRing
  operatorEmail: string
}

/** What tests may ask of a running portal, done by its own use-cases. Inputs and answers are plain values. */
export const portalVerbs = ({ portal, connection, secretRing, operatorEmail }: Parts) => {
  const userStore = createUserStore(connection)
  const ports = {
    clock: portal.clock,
    randomness: systemRandomness,
    secretRing,
    sessionStore: createSessionStore(connection),
  }

  const begin = async (userId: string, signedInAt?: number): Promise<string> => {
    const user = await userStore.byId(userId)
    if (!user) throw new Error(`there is no person ${userId}`)
    const browser = { sid: undefined, known: undefined }
    const started = await startSession(ports)({ user, method: 'password', browser, trace: TRACE, signedInAt })
    if (typeof started === 'string') throw new Error(`no session: ${started}`)
    return started.sid
  }

  const personOf = async (userId: string): Promise<Person> => {
    const person = await portal.signIn.findPerson(await begin(userId))
    if (!person) throw new Error(`${userId} has no session`)
    return person
  }

  const principalOf = async (userId: string, tenantId: string): Promise<Principal> =>
    portal.access.findPrincipal({ person: await personOf(userId), tenant: { id: tenantId }, trace: TRACE })

  const operator = async (): Promise<Person> => {
    const user = await userStore.byEmail(operatorEmail)
    if (!user) throw new Error('there is no operator')
    return personOf(user.id)
  }

  return {
    /** Makes an account and its people; `tag` keeps their addresses apart from those of other accounts. */
    makeAccount: async (name: string, tag: string): Promise<Account> => {
      const person = await operator()
      const { id, slug } = await portal.tenants.createTenant({ person, name, trace: TRACE })
      const principal = () => portal.access.findPrincipal({ person, tenant: { id }, trace: TRACE })
      const add = async (role: Role) => {
        const email = `${role}.${tag}@example.com`
        const { userId } = await portal.members.addMember(await principal(), { email, roleKeys: [ROLES[role]] })
        return { userId, email }
      }
      const people = {
        olga: await add('olga'),
        adam: await add('adam'),
        mia: await add('mia'),
        rita: await add('rita'),
      }
      const olga = await principalOf(people.olga.userId, id)
      await portal.members.removeMember(olga, { userId: person.userId })
      return { id, slug, name, people }
    },
    /** Makes somebody of one account a member of another as well. */
    join: async ({ id, people }: Account, email: string, roleKey: string): Promise<void> => {
      const olga = await principalOf(people.olga.userId, id)
      await portal.members.addMember(olga, { email, roleKeys: [roleKey] })
    },
    /** Starts a session; `age` is how many seconds ago its person proved who they are. */
    startSession: async (userId: string, age = 0): Promise<SessionCookie> => {
      const sid = await begin(userId, portal.clock.now() - age)
      return { name: portal.signIn.cookies.sessionName, value: await portal.signIn.sessionCookie.encode(sid) }
    },
    setPassword: async (userId: string, password: string): Promise<void> => {
      const browser = { sid: undefined, known: undefined }
      await portal.signIn.setFirstPassword({
        newPassword: password,
        person: await personOf(userId),
        browser,
        trace: TRACE,
      })
    },
    issueToken: async (userId: string, tenantId: string, request: IssueRequest) => {
      const { token, secret } = await portal.tokens.issue(await principalOf(userId, tenantId), request)
      return { id: token.id, secret }
    },
    editToken: async (userId: string, tenantId: string, tokenId: string, request: EditRequest): Promise<void> => {
      await portal.tokens.edit(await principalOf(userId, tenantId), tokenId, request)
    },
    pauseToken: async (userId: string, tenantId: string, tokenId: string): Promise<void> => {
      await portal.tokens.pause(await principalOf(userId, tenantId), tokenId)
    },
    revokeToken: async (userId: string, tenantId: string, tokenId: string): Promise<void> => {
      await portal.tokens.revoke(await principalOf(userId, tenantId), tokenId)
    },
    changeRoles: async ({ id, people }: Account, userId: string, roleKeys: string[]): Promise<void> => {
      await portal.members.changeMemberRoles(await principalOf(people.olga.userId, id), { userId, roleKeys })
    },
    removeMember: async ({ id, people }: Account, userId: string): Promise<void> => {
      await portal.members.removeMember(await principalOf(people.olga.userId, id), { userId })
    },
    /** Declares the key compromised that signed a JWT, as the command does. */
    compromiseKeyOf: async (jwt: string): Promise<void> => {
      const { kid } = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
      const keys = keysUseCases({ ...ports, keyStore: createKeyStore(connection) })
      await keys.compromise(keyOperator(systemRandomness), kid)
    },
    /** Writes what use was counted, which otherwise happens within a second. */
    flushUsage: (): Promise<void> => portal.flushUsage(),
    /** The lines that the terminal shows at start. */
    startupNotices: (): Promise<readonly string[]> => portal.startupNotices(),
  }
}

/** What `portalVerbs` makes. */
export type PortalVerbs = ReturnType<typeof portalVerbs>
