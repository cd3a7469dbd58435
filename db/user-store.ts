import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { type Connection, WriteConflict } from '#db/connection.ts'
import { auditWrite, changeWrite } from '#db/writes.ts'
import type { User } from '#lib/users/user.ts'
import type { UserStore } from '#lib/users/user-store.ts'

const ACCOUNTS_MAX = 200

type UserRow = Connection['schema']['users']['$inferSelect']

const toUser = (row: UserRow | undefined): User | undefined =>
  row && {
    id: row.id,
    email: row.email,
    name: row.name,
    passwordDigest: row.passwordDigest,
    disabledAt: row.disabledAt,
    version: row.version,
  }

const rename = async ({ atomically, schema }: Connection, change: Parameters<UserStore['rename']>[0]) => {
  const { users } = schema
  const { userId, name, at, event } = change
  try {
    await atomically((tx) => [
      {
        label: 'person',
        rows: tx
          .update(users)
          .set({ name })
          .where(and(eq(users.id, userId), isNull(users.disabledAt)))
          .returning({ id: users.id }),
        expect: 1,
      },
      auditWrite(tx, schema, event),
      changeWrite(tx, schema, { kind: 'user', key: userId, at }),
    ])
    return true
  } catch (thrown) {
    if (thrown instanceof WriteConflict) return false
    throw thrown
  }
}

const accountsReader = ({ prepared, schema: { memberships, tenants } }: Connection) =>
  prepared((queries) =>
    queries
      .select({ slug: tenants.slug, name: tenants.name })
      .from(memberships)
      .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
      .where(eq(memberships.userId, sql.placeholder('userId')))
      .orderBy(asc(tenants.name), asc(tenants.slug))
      .limit(ACCOUNTS_MAX),
  )

/** People in SQL, and the accounts they belong to. */
export const createUserStore = (connection: Connection): UserStore => {
  const { queries, read, schema } = connection
  const { users } = schema
  const accountsOf = accountsReader(connection)
  return {
    byEmail: async (email) => {
      const [row] = await read(queries.select().from(users).where(eq(users.email, email)))
      return toUser(row)
    },
    byId: async (id) => {
      const [row] = await read(queries.select().from(users).where(eq(users.id, id)))
      return toUser(row)
    },
    accountsOf: (userId) => accountsOf({ userId }),
    rename: (change) => rename(connection, change),
  }
}
