import { and, asc, eq, gte, inArray, isNull, sql } from 'drizzle-orm'
import { wasTold } from '#db/audit-rows.ts'
import type { Connection } from '#db/connection.ts'
import { noticeColumns, toNotice } from '#db/notices/notice-row.ts'
import { NOTICE_TYPES } from '#lib/notices/notice.ts'
import type { ToldStore } from '#lib/notices/told-store.ts'

type Since = Parameters<ToldStore['since']>

/** The statement that reads what happened; apart, so that a test can ask for its plan. */
export const toldQuery = ({ queries, schema }: Connection, [from, limit, after]: Since) => {
  const { auditEvents, tokens } = schema
  const { at, id, type } = auditEvents
  return queries
    .select({ ...noticeColumns(schema), tenantId: auditEvents.tenantId })
    .from(auditEvents)
    .crossJoin(tokens)
    .where(
      and(
        wasTold(schema),
        inArray(type, NOTICE_TYPES),
        gte(at, after?.at ?? from),
        after && sql`not (${at} = ${after.at} and ${id} <= ${after.id})`,
        eq(tokens.tenantId, auditEvents.tenantId),
        eq(tokens.id, auditEvents.targetId),
      ),
    )
    .orderBy(asc(at), asc(id))
    .limit(limit)
}

const holders = async (
  { queries, read, schema }: Connection,
  tenantId: string,
  roleKeys: readonly string[],
): ReturnType<ToldStore['holders']> => {
  const { memberRoles, users } = schema
  if (roleKeys.length === 0) return []
  return read(
    queries
      .select({ userId: users.id, email: users.email })
      .from(memberRoles)
      .innerJoin(users, and(eq(users.id, memberRoles.userId), isNull(users.disabledAt)))
      .where(and(eq(memberRoles.tenantId, tenantId), inArray(memberRoles.roleKey, [...roleKeys])))
      .groupBy(users.id, users.email)
      .orderBy(asc(users.email)),
  )
}

/** What deciding on mails reads; the contract stands at ToldStore. */
export const createToldStore = (connection: Connection): ToldStore => ({
  since: async (...since) => {
    const rows = await connection.read(toldQuery(connection, since))
    return rows.map(({ tenantId, ...row }) => ({ ...toNotice(row), tenantId }))
  },
  holders: (tenantId, roleKeys) => holders(connection, tenantId, roleKeys),
})
