import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createAccessStore } from '#db/access-store.ts'
import { createSqliteChangeFeed } from '#db/change-feed.ts'
import type { Connection } from '#db/connection.ts'
import { rightsFixture } from '#db/contract/rights-fixture.ts'
import { seedMember, seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { createKeyStore } from '#db/key-store.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { createRotationStore } from '#db/tokens/rotation-store.ts'
import { createTokenStore } from '#db/tokens/token-store.ts'
import { createWriterOver } from '#db/writer/writer-here.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'
import type { Principal } from '#lib/access/principal.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing, type SecretRing } from '#lib/keys/secret-ring.ts'
import type { IssueTokenPorts } from '#lib/tokens/issue-token.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import { type TokensPorts, tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

/** The moment at which a test's world begins. */
export const START = 1_800_000_000

/** The secret of a test's world, for a second process over the same database. */
export const FIXTURE_SECRET = 'a secret of tests, long enough to be taken for one'

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

/** The ports of tokens over a connection: real stores, real keys, a clock that stands still. */
export const tokenPorts = async (
  connection: Connection,
  clock: IssueTokenPorts['clock'],
  secretRing: SecretRing = createSecretRing([FIXTURE_SECRET]),
): Promise<TokensPorts> => {
  const keys = { clock, randomness: systemRandomness, secretRing, keyStore: createKeyStore(connection) }
  await ensureKeys(keys)
  return {
    clock,
    randomness: systemRandomness,
    secretRing,
    keyRing: await loadKeyRing({ ...keys, changeFeed: createSqliteChangeFeed(connection) }),
    accessStore: createAccessStore(connection),
    environmentStore: createEnvironmentStore(connection),
    tokenStore: createTokenStore(connection),
    rotationStore: createRotationStore(connection),
  }
}

const makeTemplate = async (): Promise<string> => {
  const { connection, file } = await temporaryDatabase(START)
  await seedPeople(connection)
  await tokenPorts(connection, { now: () => START })
  await connection.close()
  process.once('exit', () => rmSync(dirname(file), { recursive: true, force: true }))
  return file
}

// Migrated and filled once for each process: copying it takes a hundredth of the time.
let template: Promise<string> | undefined

const copyOfTemplate = async () => {
  template ??= makeTemplate()
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const file = join(folder, 'latchkey.db')
  copyFileSync(await template, file)
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A world of two tenants in a database of its own, in which people issue and change tokens. */
export const tokenFixture = async () => {
  const database = await copyOfTemplate()
  const writerClient = openSqliteWriter(database.file)
  const connection = openSqlite(database.file, () => createWriterOver(writerClient))
  let now = START
  const clock = { now: () => now }
  const ports = await tokenPorts(connection, clock)
  const open = [connection]
  return {
    file: database.file,
    connection,
    /** The driver behind its writer: a disk can be neither filled nor made read-only for one test alone. */
    writerClient,
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
      const other = openSqlite(database.file)
      open.push(other)
      const otherPorts = await tokenPorts(other, clock)
      return { connection: other, ports: otherPorts, tokens: tokensUseCases(otherPorts), rights: rightsFixture(other) }
    },
    remove: async () => {
      for (const each of open) await each.close()
      database.remove()
    },
  }
}

/** What `tokenFixture` makes. */
export type TokenFixture = Awaited<ReturnType<typeof tokenFixture>>
