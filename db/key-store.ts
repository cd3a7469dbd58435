import { asc, isNull } from 'drizzle-orm'
import { type Connection, UniqueConflict } from '#db/connection.ts'
import type { KeyStore } from '#lib/keys/signing-key.ts'

/** Signing keys, their private halves sealed. */
export const createKeyStore = ({ queries, read, atomically, schema: { signingKeys } }: Connection): KeyStore => ({
  list: () =>
    read(
      queries
        .select()
        .from(signingKeys)
        .where(isNull(signingKeys.removedAt))
        .orderBy(asc(signingKeys.createdAt), asc(signingKeys.kid)),
    ),
  addFirst: async (key) => {
    try {
      await atomically((tx) => [{ label: 'key', rows: tx.insert(signingKeys).values(key).returning(), expect: 1 }])
      return true
    } catch (thrown) {
      if (thrown instanceof UniqueConflict) return false
      throw thrown
    }
  },
})
