import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import { type Connection, type Transaction, UniqueConflict, type Write } from '#db/connection.ts'
import { guardEnvironment } from '#db/operator-store.ts'
import type { Schema } from '#db/schema.ts'
import { atomicallyGuarded, auditWrite, changeWrite, RIGHTS } from '#db/writes.ts'
import type { Permission } from '#lib/access/permission.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { CatalogStore } from '#lib/tenants/catalog-store.ts'
import type { EnvironmentChange } from '#lib/tenants/role-store.ts'

const around = (tx: Transaction, schema: Schema, change: EnvironmentChange, write: Write): readonly Write[] => [
  ...guardEnvironment(tx, schema, change),
  write,
  auditWrite(tx, schema, change.event),
  changeWrite(tx, schema, { kind: 'environment', key: 'environment', at: change.event.at }),
]

const rowOf = async ({ queries, read, schema: { permissions } }: Connection, key: string) => {
  const [row] = await read(queries.select().from(permissions).where(eq(permissions.key, key)))
  return row
}

const lastPosition = async ({ queries, read, schema: { permissions } }: Connection): Promise<number> => {
  const [last] = await read(
    queries.select({ position: permissions.position }).from(permissions).orderBy(desc(permissions.position)).limit(1),
  )
  return last?.position ?? -1
}

const add = async (connection: Connection, { key, ...rest }: Permission, change: EnvironmentChange) => {
  const { permissions } = connection.schema
  const known = await rowOf(connection, key)
  if (known && known.withdrawnAt === null) throw new PortalError('permission.exists')
  const position = (await lastPosition(connection)) + 1
  const restore = (tx: Transaction): Write => ({
    label: RIGHTS,
    rows: tx
      .update(permissions)
      .set({ ...rest, withdrawnAt: null })
      .where(and(eq(permissions.key, key), isNotNull(permissions.withdrawnAt)))
      .returning({ key: permissions.key }),
    expect: 1,
  })
  const insert = (tx: Transaction): Write => ({
    label: 'permission',
    rows: tx
      .insert(permissions)
      .values({ key, ...rest, position })
      .returning({ key: permissions.key }),
    expect: 1,
  })
  await atomicallyGuarded(connection, (tx) =>
    around(tx, connection.schema, change, known ? restore(tx) : insert(tx)),
  ).catch((thrown: unknown) => {
    throw thrown instanceof UniqueConflict ? new PortalError('permission.exists') : thrown
  })
}

const withdraw = async (connection: Connection, key: string, change: EnvironmentChange) => {
  const { schema } = connection
  const { permissions } = schema
  await atomicallyGuarded(connection, (tx) =>
    around(tx, schema, change, {
      label: RIGHTS,
      rows: tx
        .update(permissions)
        .set({ withdrawnAt: change.event.at })
        .where(and(eq(permissions.key, key), isNull(permissions.withdrawnAt)))
        .returning({ key: permissions.key }),
      expect: 1,
    }),
  )
}

/** The environment's catalog. */
export const createCatalogStore = (connection: Connection): CatalogStore => ({
  add: (permission, change) => add(connection, permission, change),
  withdraw: (key, change) => withdraw(connection, key, change),
})
