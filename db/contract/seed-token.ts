import type { Connection } from '#db/connection.ts'
import { NOW } from '#db/contract/acme.ts'

type SeededToken = {
  readonly tenantId: string
  readonly id: string
  /** Undefined: a token of the tenant. */
  readonly ownerUserId?: string
  readonly revokedAt?: number
  readonly createdAt?: number
  readonly expiresAt?: number
  readonly pausedAt?: number
}

const tokenRow = ({ tenantId, id, ownerUserId, revokedAt, createdAt, expiresAt, pausedAt }: SeededToken) => ({
  tenantId,
  id,
  context: ownerUserId === undefined ? ('tenant' as const) : ('user' as const),
  type: 'access_token' as const,
  ownerUserId: ownerUserId ?? null,
  granterUserId: ownerUserId ?? 'olga',
  granterName: ownerUserId ?? 'olga',
  granterLevel: 0,
  name: id,
  description: '',
  searchText: id,
  grantMode: 'permissions' as const,
  createdAt: createdAt ?? NOW - 60,
  expiresAt: expiresAt ?? null,
  pausedAt: pausedAt ?? null,
  revokedAt: revokedAt ?? null,
  revokedBy: revokedAt === undefined ? null : 'olga',
  revokedReason: revokedAt === undefined ? null : ('by_hand' as const),
  hint: 'abcd',
})

/** Puts tokens' rows into a test's database, as an import would; they have no credentials. */
export const seedTokens = async (connection: Connection, seeded: readonly SeededToken[]): Promise<void> => {
  const { tokens } = connection.schema
  await connection.atomically((tx) =>
    seeded.map((token) => ({
      label: 'token',
      rows: tx.insert(tokens).values(tokenRow(token)).returning({ id: tokens.id }),
      expect: 1,
    })),
  )
}

/** `seedTokens` for one. */
export const seedToken = (connection: Connection, seeded: SeededToken): Promise<void> =>
  seedTokens(connection, [seeded])
