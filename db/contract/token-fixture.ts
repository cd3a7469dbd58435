import type { Connection } from '#db/connection.ts'
import { rightsFixture } from '#db/contract/rights-fixture.ts'
import { seedMember, seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { copiedDatabase, type Open } from '#db/contract/temporary-database.ts'
import { tokenPorts } from '#db/contract/token-ports.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

/** The moment at which a test's world begins. */
export const START = 1_800_000_000

/** Who there is: a person's id, the tenant they belong to, and their role there. */
const PEOPLE = [
  ['olga', 'acme', 'owner'],
  ['adam', 'acme', 'admin'],
  ['anna', 'acme', 'admin'],
  ['mia', 'acme', 'member'],
  ['max', 'acme', 'member'],
  ['rita', 'acme', 'read_only'],
  ['gus', 'globex', 'owner'],
] as const

/** The person's id: olga owner, adam and anna admins, mia and max members, rita read-only in acme; gus owner of globex. */
export type PersonId = (typeof PEOPLE)[number][0]

/** A grant of these permissions. */
export const permissions = (...keys: string[]): IssueRequest['grant'] => ({ mode: 'permissions', permissions: keys })

/** A grant of these roles. */
export const roles = (...keys: string[]): IssueRequest['grant'] => ({ mode: 'roles', roles: keys })

/** A personal access token that follows its owner, with what a test says otherwise. */
export const personal = (asked: Partial<IssueRequest> = {}): IssueRequest => ({
  context: 'user',
  type: 'access_token',
  name: 'nightly',
  grant: { mode: 'owner' },
  expiry: { kind: 'never' },
  ...asked,
})

/** An account access token that reads projects, with what a test says otherwise. */
export const account = (asked: Partial<IssueRequest> = {}): IssueRequest => ({
  ...personal({ context: 'tenant', grant: permissions('projects:read') }),
  ...asked,
})

const seedPeople = async (connection: Connection) => {
  await seedTenant(connection, { id: 'acme', name: 'Acme' })
  await seedTenant(connection, { id: 'globex', name: 'Globex' })
  for (const [id, tenantId, role] of PEOPLE) {
    await seedUser(connection, { id })
    await seedMember(connection, { tenantId, userId: id, roleKeys: [role] })
  }
}

const fill = async (connection: Connection): Promise<void> => {
  await createEnvironmentStore(connection).ensure({ issuer: 'https://id.example', now: START })
  await seedPeople(connection)
  await tokenPorts(connection, { now: () => START })
}

/** A world of two tenants in a database of its own, in which people issue and change tokens. */
export const tokenFixture = async (open?: Open) => {
  const database = await copiedDatabase('people', fill, open)
  const { connection } = database
  let now = START
  const clock = { now: () => now }
  const ports = await tokenPorts(connection, clock)
  return {
    ...database,
    clock,
    ports,
    tokens: tokensUseCases(ports),
    rights: rightsFixture(connection),
    /** Moves the clock on. */
    advance: (seconds: number) => {
      now += seconds
    },
    /** A person with the rights of this moment, signed in just now unless said otherwise. */
    as: (
      userId: PersonId,
      { tenantId = PEOPLE.find(([id]) => id === userId)?.[1] ?? '', signedInAt = now } = {},
    ): Promise<Principal> =>
      findPrincipal(ports)({
        person: { userId, name: userId, email: `${userId}@example.com`, sessionId: 'session-1', signedInAt },
        tenant: { id: tenantId },
        trace: { requestId: 'req-1', address: '192.0.2.1' },
      }),
    /** The same database over a connection of its own, as another process has it. */
    elsewhere: async () => {
      const other = await database.open()
      const otherPorts = await tokenPorts(other, clock)
      return { connection: other, ports: otherPorts, tokens: tokensUseCases(otherPorts), rights: rightsFixture(other) }
    },
  }
}

/** What `tokenFixture` makes. */
export type TokenFixture = Awaited<ReturnType<typeof tokenFixture>>
