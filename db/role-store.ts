import { type Connection, type Transaction, UniqueConflict, type Write, WriteConflict } from '#db/connection.ts'
import { defineWrites, deleteWrites, editWrites, HELD, TAKEN } from '#db/role-writes.ts'
import { atomicallyGuarded } from '#db/writes.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { RoleStore } from '#lib/tenants/role-store.ts'

const refusalOf = (thrown: unknown): unknown => {
  if (thrown instanceof UniqueConflict) return new PortalError('role.exists')
  if (!(thrown instanceof WriteConflict)) return thrown
  if (thrown.label === TAKEN) return new PortalError('role.exists')
  return thrown.label === HELD ? new PortalError('role.in_use') : thrown
}

const write = async (connection: Connection, writes: (tx: Transaction) => readonly Write[]): Promise<void> => {
  try {
    await atomicallyGuarded(connection, writes)
  } catch (thrown) {
    throw refusalOf(thrown)
  }
}

/** What roles there are and what they allow. */
export const createRoleStore = (connection: Connection): RoleStore => {
  const { schema } = connection
  return {
    define: (role, change) => write(connection, (tx) => defineWrites(tx, schema, role, change)),
    edit: (role, change) => write(connection, (tx) => editWrites(tx, schema, role, change)),
    delete: (key, change) => write(connection, (tx) => deleteWrites(tx, schema, key, change)),
  }
}
