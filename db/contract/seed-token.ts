import type { Connection } from '#db/connection.ts'
import { NOW } from '#db/contract/acme.ts'

type SeededToken = {
  readonly tenantId: string
  readonly id: string
  /** Undefined: a token of the tenant. */
  readonly ownerUserId?: string
  readonly revokedAt?: number
}

/** Puts a token's row into a test's database, as an import would; it has no credential. */
export const seedToken = async (
  { atomically, schema: { tokens } }: Connection,
  { tenantId, id, ownerUserId, revokedAt }: SeededToken,
): Promise<void> => {
  await atomically((tx) => [
    {
      label: 'token',
      rows: tx
        .insert(tokens)
        .values({
          tenantId,
          id,
          context: ownerUserId === undefined ? 'tenant' : 'user',
          type: 'access_token',
          ownerUserId: ownerUserId ?? null,
          granterUserId: ownerUserId ?? 'olga',
          granterName: ownerUserId ?? 'olga',
          granterLevel: 0,
          name: id,
          description: '',
          searchText: id,
          grantMode: 'permissions',
          createdAt: NOW - 60,
          revokedAt: revokedAt ?? null,
          revokedBy: revokedAt === undefined ? null : 'olga',
          revokedReason: revokedAt === undefined ? null : 'by_hand',
          hint: 'abcd',
        })
        .returning({ id: tokens.id }),
      expect: 1,
    },
  ])
}
