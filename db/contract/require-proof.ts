import { and, eq } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { changeWrite } from '#db/writes.ts'

/** Makes a token ask for bearer JWTs that are bound to a key, as of a moment, or ask no more. */
export const requireProofOf = async (
  { atomically, schema }: Connection,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  at: number | null,
): Promise<void> => {
  await atomically((tx) => [
    {
      label: 'token',
      rows: tx
        .update(schema.tokens)
        .set({ dpopRequiredAt: at })
        .where(and(eq(schema.tokens.tenantId, tenantId), eq(schema.tokens.id, id)))
        .returning({ id: schema.tokens.id }),
      expect: 1,
    },
    changeWrite(tx, schema, { kind: 'token', key: `${tenantId}/${id}`, at: at ?? 0 }),
  ])
}
