import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { bumpEnvironmentRights, RIGHTS } from '#db/writes.ts'
import type { OperatorStore } from '#lib/access/operator-store.ts'
import type { EnvironmentChange } from '#lib/tenants/role-store.ts'

const isOperating = ({ users }: Schema, userId: string) =>
  and(eq(users.id, userId), isNotNull(users.operatorSince), isNull(users.disabledAt))

/** Begins a list that changes the environment: its version is the one decided on, and the operator still is one. */
export const guardEnvironment = (
  tx: Transaction,
  schema: Schema,
  { operatorId, environmentVersion }: EnvironmentChange,
): readonly Write[] => [
  bumpEnvironmentRights(tx, schema, environmentVersion),
  {
    label: RIGHTS,
    rows: tx.share(tx.select({ id: schema.users.id }).from(schema.users).where(isOperating(schema, operatorId))),
    expect: 1,
  },
]

/** Who runs the environment. */
export const createOperatorStore = ({ queries, read, schema }: Connection): OperatorStore => ({
  isOperator: async (userId) => {
    const { users } = schema
    const rows = await read(queries.select({ id: users.id }).from(users).where(isOperating(schema, userId)))
    return rows.length > 0
  },
})
