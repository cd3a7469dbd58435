import { asc, eq } from 'drizzle-orm'
import { type Connection, type Transaction, UniqueConflict, type Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { changeWrite } from '#db/writes.ts'
import type { EnvironmentSettings, EnvironmentStore } from '#lib/access/environment-store.ts'
import { STARTING_PERMISSIONS, STARTING_ROLES } from '#lib/access/starting-catalog.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

const ENVIRONMENT_ID = 'environment'
const BEARER_LIFETIME_SECONDS = 15 * MINUTE_SECONDS

type Start = Parameters<EnvironmentStore['ensure']>[0]

const firstRows = (tx: Transaction, schema: Schema, { issuer, now }: Start): readonly Write[] => [
  {
    label: 'environment',
    rows: tx
      .insert(schema.environment)
      .values({
        id: ENVIRONMENT_ID,
        issuer,
        audiences: JSON.stringify([issuer]),
        bearerLifetimeSeconds: BEARER_LIFETIME_SECONDS,
        createdAt: now,
      })
      .returning(),
    expect: 1,
  },
  {
    label: 'catalog',
    rows: tx
      .insert(schema.permissions)
      .values(STARTING_PERMISSIONS.map((permission, position) => ({ ...permission, position })))
      .returning(),
    expect: STARTING_PERMISSIONS.length,
  },
  {
    label: 'roles',
    rows: tx
      .insert(schema.roles)
      .values(
        STARTING_ROLES.map(({ key, name, description, level }) => ({
          tenantId: ENVIRONMENT_SCOPE,
          key,
          name,
          description,
          level,
        })),
      )
      .returning(),
    expect: STARTING_ROLES.length,
  },
  {
    label: 'role permissions',
    rows: tx
      .insert(schema.rolePermissions)
      .values(
        STARTING_ROLES.flatMap(({ key, permissions }) =>
          permissions.map((permission) => ({ tenantId: ENVIRONMENT_SCOPE, roleKey: key, permission })),
        ),
      )
      .returning(),
    expect: 'any',
  },
]

const replaceIssuer = (tx: Transaction, schema: Schema, former: string, { issuer, now }: Start): readonly Write[] => [
  {
    label: 'issuer',
    rows: tx.update(schema.environment).set({ issuer }).where(eq(schema.environment.issuer, former)).returning(),
    expect: 1,
  },
  {
    label: 'current is not former',
    rows: tx.delete(schema.formerIssuers).where(eq(schema.formerIssuers.url, issuer)).returning(),
    expect: 'any',
  },
  {
    label: 'former issuer',
    rows: tx.insert(schema.formerIssuers).values({ url: former, replacedAt: now }).returning(),
    expect: 1,
  },
  changeWrite(tx, schema, { kind: 'environment', key: ENVIRONMENT_ID, at: now }),
]

const settingsOf = (
  row: Schema['environment']['$inferSelect'],
  former: readonly Schema['formerIssuers']['$inferSelect'][],
): EnvironmentSettings => {
  const [first, ...rest] = JSON.parse(row.audiences) as string[]
  return {
    issuer: row.issuer,
    formerIssuers: former.map(({ url }) => url),
    audiences: [first ?? row.issuer, ...rest],
    bearerLifetimeSeconds: row.bearerLifetimeSeconds,
    refreshTokens: row.refreshTokensOffAt === null,
    leakReaction: row.leakReaction,
    setupDoneAt: row.setupDoneAt,
  }
}

const settingsReader = ({ prepared, schema }: Connection) => {
  const environment = prepared((queries) => queries.select().from(schema.environment).limit(1))
  const formerIssuers = prepared((queries) =>
    queries.select().from(schema.formerIssuers).orderBy(asc(schema.formerIssuers.replacedAt)),
  )
  return async (): Promise<EnvironmentSettings | undefined> => {
    const [row] = await environment({})
    return row && settingsOf(row, await formerIssuers({}))
  }
}
/** The environment's row, its starting catalog and its issuers. */
export const createEnvironmentStore = (connection: Connection): EnvironmentStore => {
  const { atomically, schema } = connection
  const readSettings = settingsReader(connection)
  return {
    settings: async () => {
      const settings = await readSettings()
      if (!settings) throw new PortalError('server.internal', { internal: 'the environment row is missing' })
      return settings
    },
    ensure: async (start) => {
      const settings = await readSettings()
      if (settings?.issuer === start.issuer) return
      if (settings) await atomically((tx) => replaceIssuer(tx, schema, settings.issuer, start))
      else {
        try {
          await atomically((tx) => firstRows(tx, schema, start))
        } catch (thrown) {
          if (!(thrown instanceof UniqueConflict)) throw thrown
        }
      }
    },
  }
}
