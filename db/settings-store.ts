import type { Connection, Transaction, Write } from '#db/connection.ts'
import { guardEnvironment } from '#db/operator-store.ts'
import type { Schema } from '#db/schema.ts'
import { atomicallyGuarded, auditWrite, bumpEnvironmentRights, changeWrite } from '#db/writes.ts'
import type { ChangeableSettings, SettingsChange, SettingsStore } from '#lib/tenants/settings-store.ts'

const guards = (
  tx: Transaction,
  schema: Schema,
  { operatorId, environmentVersion, event }: SettingsChange,
): readonly Write[] =>
  operatorId === undefined
    ? [bumpEnvironmentRights(tx, schema, environmentVersion)]
    : guardEnvironment(tx, schema, { operatorId, environmentVersion, event })

const columnsOf = ({ refreshTokens, ...columns }: ChangeableSettings, at: number) => ({
  ...columns,
  ...(refreshTokens === undefined ? {} : { refreshTokensOffAt: refreshTokens ? null : at }),
})

/** The environment's settings in SQL; the contract stands at SettingsStore. */
export const createSettingsStore = (connection: Connection): SettingsStore => ({
  change: async (settings, change) => {
    const { schema } = connection
    const { environment } = schema
    const { event } = change
    await atomicallyGuarded(connection, (tx) => [
      ...guards(tx, schema, change),
      {
        label: 'settings',
        rows: tx.update(environment).set(columnsOf(settings, event.at)).returning({ id: environment.id }),
        expect: 1,
      },
      auditWrite(tx, schema, event),
      changeWrite(tx, schema, { kind: 'environment', key: 'environment', at: event.at }),
    ])
  },
})
