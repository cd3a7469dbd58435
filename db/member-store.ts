import { and, asc, eq, gt, inArray, isNull, ne } from 'drizzle-orm'
import { type Connection, type Transaction, UniqueConflict, type Write, WriteConflict } from '#db/connection.ts'
import { addWrites, changeRolesWrites, LAST_OWNER, removeWrites } from '#db/member-writes.ts'
import { atomicallyGuarded } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Member } from '#lib/tenants/member.ts'
import type { MemberQuery, MemberStore } from '#lib/tenants/member-store.ts'

type MemberRow = Omit<Member, 'roleKeys'>

const selectMembers = ({ queries, schema: { memberships, users } }: Connection) =>
  queries
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      joinedAt: memberships.createdAt,
      disabledAt: users.disabledAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))

const withRoles = async (
  { queries, read, schema: { memberRoles } }: Connection,
  tenantId: string,
  rows: readonly MemberRow[],
): Promise<readonly Member[]> => {
  if (rows.length === 0) return []
  const userIds = rows.map(({ userId }) => userId)
  const roles = await read(
    queries
      .select()
      .from(memberRoles)
      .where(and(eq(memberRoles.tenantId, tenantId), inArray(memberRoles.userId, userIds)))
      .orderBy(asc(memberRoles.roleKey)),
  )
  return rows.map((row) => ({
    ...row,
    roleKeys: roles.filter(({ userId }) => userId === row.userId).map(({ roleKey }) => roleKey),
  }))
}

const list = async (connection: Connection, { tenantId, limit, afterEmail }: MemberQuery) => {
  const { memberships, users } = connection.schema
  const after = afterEmail === undefined ? undefined : gt(users.email, afterEmail)
  const rows = await connection.read(
    selectMembers(connection)
      .where(and(eq(memberships.tenantId, tenantId), after))
      .orderBy(asc(users.email))
      .limit(limit),
  )
  return withRoles(connection, tenantId, rows)
}

const find = async (connection: Connection, tenantId: string, userId: string) => {
  const { memberships } = connection.schema
  const rows = await connection.read(
    selectMembers(connection).where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId))),
  )
  const [member] = await withRoles(connection, tenantId, rows)
  return member
}

const userByEmail = async ({ queries, read, schema: { users } }: Connection, email: string) => {
  const [user] = await read(
    queries.select({ userId: users.id, name: users.name }).from(users).where(eq(users.email, email)),
  )
  return user
}

const anotherHolds = async (
  { queries, read, schema: { memberRoles, users } }: Connection,
  tenantId: string,
  userId: string,
  roleKeys: readonly string[],
) => {
  const others = await read(
    queries
      .select({ userId: memberRoles.userId })
      .from(memberRoles)
      .innerJoin(users, and(eq(users.id, memberRoles.userId), isNull(users.disabledAt)))
      .where(
        and(
          eq(memberRoles.tenantId, tenantId),
          ne(memberRoles.userId, userId),
          inArray(memberRoles.roleKey, [...roleKeys]),
        ),
      )
      .limit(1),
  )
  return others.length > 0
}

const unrevokedTokens = ({ queries, read, schema: { tokens } }: Connection, tenantId: string, userId: string) =>
  read(
    queries
      .select({ id: tokens.id, name: tokens.name, expiresAt: tokens.expiresAt })
      .from(tokens)
      .where(and(eq(tokens.tenantId, tenantId), eq(tokens.ownerUserId, userId), isNull(tokens.revokedAt))),
  )

// A person or membership that appeared meanwhile changes the decision, so it is made again.
const write = async (connection: Connection, writes: (tx: Transaction) => readonly Write[]): Promise<void> => {
  try {
    await atomicallyGuarded(connection, writes)
  } catch (thrown) {
    if (thrown instanceof UniqueConflict) throw new StaleDecision('somebody was added')
    if (thrown instanceof WriteConflict && thrown.label === LAST_OWNER) throw new PortalError('member.last_owner')
    throw thrown
  }
}

/** Who belongs to which tenant. */
export const createMemberStore = (connection: Connection): MemberStore => {
  const { schema } = connection
  return {
    list: (query) => list(connection, query),
    find: (tenantId, userId) => find(connection, tenantId, userId),
    userByEmail: (email) => userByEmail(connection, email),
    anotherHolds: (tenantId, userId, roleKeys) => anotherHolds(connection, tenantId, userId, roleKeys),
    unrevokedTokens: (tenantId, userId) => unrevokedTokens(connection, tenantId, userId),
    add: (added, change) => write(connection, (tx) => addWrites(tx, schema, added, change)),
    changeRoles: (changed, change) => write(connection, (tx) => changeRolesWrites(tx, schema, changed, change)),
    remove: (ended, change) => write(connection, (tx) => removeWrites(tx, schema, ended, change)),
  }
}
