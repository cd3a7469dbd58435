import { createAccessStore } from '#db/access-store.ts'
import { createCatalogStore } from '#db/catalog-store.ts'
import type { Connection } from '#db/connection.ts'
import { seedMember, seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createMemberStore } from '#db/member-store.ts'
import { createOperatorStore } from '#db/operator-store.ts'
import { createRoleStore } from '#db/role-store.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import type { Mail } from '#lib/users/mailer.ts'

/** The second at which everything in these tests happens. */
export const NOW = 1_800_000_100

const PEOPLE = [
  ['acme', 'olga', 'owner'],
  ['acme', 'adam', 'admin'],
  ['acme', 'mia', 'member'],
  ['acme', 'rita', 'read_only'],
  ['globex', 'gina', 'owner'],
  ['globex', 'mia', 'member'],
] as const

const seed = async (connection: Connection): Promise<void> => {
  for (const id of ['acme', 'globex']) await seedTenant(connection, { id, name: id === 'acme' ? 'Acme' : 'Globex' })
  for (const id of new Set(PEOPLE.map(([, userId]) => userId))) await seedUser(connection, { id })
  await seedUser(connection, { id: 'opal', operator: true })
  for (const [tenantId, userId, role] of PEOPLE) await seedMember(connection, { tenantId, userId, roleKeys: [role] })
}

const portsOver = (connection: Connection) => {
  const outbox: Mail[] = []
  const surroundings = { mailIsDown: false }
  return {
    outbox,
    surroundings,
    clock: { now: () => NOW },
    randomness: systemRandomness,
    accessStore: createAccessStore(connection),
    memberStore: createMemberStore(connection),
    roleStore: createRoleStore(connection),
    catalogStore: createCatalogStore(connection),
    operatorStore: createOperatorStore(connection),
    settings: { url: 'https://tokens.example' },
    mailer: {
      send: async (mail: Mail) => {
        if (surroundings.mailIsDown) throw new PortalError('mail.unavailable')
        outbox.push(mail)
      },
    },
  }
}

/**
 * A database with two tenants (acme: olga owner, adam admin, mia member, rita read-only; globex: gina owner, mia
 * member) and opal, an operator without a tenant; ports over it, and principals by name.
 */
export const acme = async () => {
  const database = await temporaryDatabase()
  await seed(database.connection)
  const ports = portsOver(database.connection)
  const find = findPrincipal(ports)
  const as = (userId: string, slug = 'acme') => {
    const person = { userId, name: userId, email: `${userId}@example.com`, sessionId: 's', signedInAt: NOW }
    return find({ person, tenant: { slug }, trace: { requestId: 'req-1', address: '192.0.2.1' } })
  }
  return { ...database, ports, as }
}

/** What `acme` makes. */
export type Acme = Awaited<ReturnType<typeof acme>>
