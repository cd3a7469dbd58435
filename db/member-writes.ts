import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { auditWrite, auditWrites, changeWrite, moveTenantRights, RIGHTS } from '#db/writes.ts'
import type { EndedMembership, MemberChange, NewMember, NewRoles } from '#lib/tenants/member-store.ts'

/** Label of the write whose mismatch means that nobody strong would be left. */
export const LAST_OWNER = 'last owner'

const guards = (tx: Transaction, schema: Schema, { versions }: MemberChange): readonly Write[] =>
  moveTenantRights(tx, schema, versions)

const record = (
  tx: Transaction,
  schema: Schema,
  { versions, event }: MemberChange,
  userId: string,
): readonly Write[] => [
  auditWrite(tx, schema, event),
  changeWrite(tx, schema, { kind: 'member', key: `${versions.tenantId}/${userId}`, at: event.at }),
]

const insertRoles = (
  tx: Transaction,
  { memberRoles }: Schema,
  tenantId: string,
  { userId, roleKeys }: Pick<NewRoles, 'userId' | 'roleKeys'>,
): Write => ({
  label: 'roles',
  rows: tx
    .insert(memberRoles)
    .values(roleKeys.map((roleKey) => ({ tenantId, userId, roleKey })))
    .returning(),
  expect: roleKeys.length,
})

const deleteRoles = (tx: Transaction, { memberRoles }: Schema, tenantId: string, userId: string): Write => ({
  label: 'former roles',
  rows: tx
    .delete(memberRoles)
    .where(and(eq(memberRoles.tenantId, tenantId), eq(memberRoles.userId, userId)))
    .returning(),
  expect: 'any',
})

// Disabling a person moves no tenant's version, so the guards alone would not see the second to last owner go.
const somebodyStrong = (
  tx: Transaction,
  { memberRoles, users }: Schema,
  tenantId: string,
  roleKeys: readonly string[],
): Write => ({
  label: LAST_OWNER,
  rows: tx.share(
    tx
      .select({ userId: memberRoles.userId })
      .from(memberRoles)
      .innerJoin(users, and(eq(users.id, memberRoles.userId), isNull(users.disabledAt)))
      .where(and(eq(memberRoles.tenantId, tenantId), inArray(memberRoles.roleKey, [...roleKeys])))
      .limit(1),
  ),
  expect: 1,
})

const insertUser = (tx: Transaction, schema: Schema, { userId, newUser }: NewMember, at: number): readonly Write[] =>
  newUser
    ? [
        {
          label: 'user',
          rows: tx
            .insert(schema.users)
            .values({ id: userId, email: newUser.email, name: newUser.name, createdAt: at })
            .returning({ id: schema.users.id }),
          expect: 1,
        },
        auditWrite(tx, schema, newUser.event),
      ]
    : []

/** The list that makes a membership, and the person if they are new. */
export const addWrites = (
  tx: Transaction,
  schema: Schema,
  added: NewMember,
  change: MemberChange,
): readonly Write[] => {
  const { tenantId } = change.versions
  const createdAt = change.event.at
  return [
    ...guards(tx, schema, change),
    ...insertUser(tx, schema, added, createdAt),
    {
      label: 'membership',
      rows: tx.insert(schema.memberships).values({ tenantId, userId: added.userId, createdAt }).returning(),
      expect: 1,
    },
    insertRoles(tx, schema, tenantId, added),
    ...record(tx, schema, change, added.userId),
  ]
}

/** The list that gives a member other roles. */
export const changeRolesWrites = (
  tx: Transaction,
  schema: Schema,
  changed: NewRoles,
  change: MemberChange,
): readonly Write[] => {
  const { tenantId } = change.versions
  return [
    ...guards(tx, schema, change),
    deleteRoles(tx, schema, tenantId, changed.userId),
    insertRoles(tx, schema, tenantId, changed),
    somebodyStrong(tx, schema, tenantId, changed.guardedRoleKeys),
    ...record(tx, schema, change, changed.userId),
  ]
}

// A token that was issued or revoked since the decision has no record in this list: the count says so.
const revokeTokens = (
  tx: Transaction,
  { tokens }: Schema,
  ended: EndedMembership,
  { versions, event }: MemberChange,
): Write => ({
  label: RIGHTS,
  rows: tx
    .update(tokens)
    .set({
      revokedAt: event.at,
      revokedBy: event.actor.id,
      revokedReason: 'member_removed',
      version: sql`${tokens.version} + 1`,
    })
    .where(and(eq(tokens.tenantId, versions.tenantId), eq(tokens.ownerUserId, ended.userId), isNull(tokens.revokedAt)))
    .returning({ id: tokens.id }),
  expect: ended.tokens.length,
})

/** The list that ends a membership and every personal token that stood on it. */
export const removeWrites = (
  tx: Transaction,
  schema: Schema,
  ended: EndedMembership,
  change: MemberChange,
): readonly Write[] => {
  const { memberships } = schema
  const { tenantId } = change.versions
  const events = ended.tokens.map(({ event }) => event)
  return [
    ...guards(tx, schema, change),
    deleteRoles(tx, schema, tenantId, ended.userId),
    {
      label: RIGHTS,
      rows: tx
        .delete(memberships)
        .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, ended.userId)))
        .returning(),
      expect: 1,
    },
    revokeTokens(tx, schema, ended, change),
    somebodyStrong(tx, schema, tenantId, ended.guardedRoleKeys),
    ...auditWrites(tx, schema, events),
    ...record(tx, schema, change, ended.userId),
  ]
}
