import { isNull } from 'drizzle-orm'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { sessionWrite } from '#db/session-writes.ts'
import { formatTokenPolicy } from '#db/token-policy-column.ts'
import { auditWrites, changeWrite } from '#db/writes.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Setup, SetupStore } from '#lib/sign-in/setup-store.ts'

const ONCE = 'setup once'

const peopleWrites = (tx: Transaction, schema: Schema, { at, user, tenant, roleKey }: Setup): readonly Write[] => [
  {
    label: 'user',
    rows: tx
      .insert(schema.users)
      .values({ ...user, passwordChangedAt: at, operatorSince: at, createdAt: at })
      .returning({ id: schema.users.id }),
    expect: 1,
  },
  {
    label: 'tenant',
    rows: tx
      .insert(schema.tenants)
      .values({ ...tenant, policy: formatTokenPolicy(STARTING_POLICY), createdAt: at })
      .returning({ id: schema.tenants.id }),
    expect: 1,
  },
  {
    label: 'membership',
    rows: tx
      .insert(schema.memberships)
      .values({ tenantId: tenant.id, userId: user.id, createdAt: at })
      .returning({ userId: schema.memberships.userId }),
    expect: 1,
  },
  {
    label: 'role',
    rows: tx
      .insert(schema.memberRoles)
      .values({ tenantId: tenant.id, userId: user.id, roleKey })
      .returning({ userId: schema.memberRoles.userId }),
    expect: 1,
  },
]

const setUp = async ({ atomically, schema }: Connection, setup: Setup): Promise<boolean> => {
  const { environment } = schema
  const { at, session, events, tenant } = setup
  try {
    await atomically((tx) => [
      {
        label: ONCE,
        rows: tx
          .update(environment)
          .set({ setupDoneAt: at })
          .where(isNull(environment.setupDoneAt))
          .returning({ id: environment.id }),
        expect: 1,
      },
      ...peopleWrites(tx, schema, setup),
      ...(session ? [sessionWrite(tx, schema, session)] : []),
      ...auditWrites(tx, schema, events),
      changeWrite(tx, schema, { kind: 'tenant', key: tenant.id, at }),
      changeWrite(tx, schema, { kind: 'environment', key: 'environment', at }),
    ])
    return true
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === ONCE) return false
    throw thrown
  }
}

/** The set-up in SQL: its first write is conditional, so that of two at the same moment one wins. */
export const createSetupStore = (connection: Connection): SetupStore => ({
  state: async () => {
    const { queries, read, schema } = connection
    const { createdAt, setupDoneAt } = schema.environment
    const [row] = await read(queries.select({ createdAt, doneAt: setupDoneAt }).from(schema.environment).limit(1))
    if (!row) throw new PortalError('server.internal', { internal: 'the environment row is missing' })
    return row
  },
  setUp: (setup) => setUp(connection, setup),
})
