import { sql } from 'drizzle-orm'
import type { Kit } from '#db/kit.ts'
import type { ChangeKind } from '#lib/changes/change.ts'

/** What happened (audit), what may have changed an answer (changes), and which requests were answered (idempotency). */
export const recordTables = ({ table, text, numericDate, sequence, index, primaryKey }: Kit) => ({
  auditEvents: table(
    'audit_events',
    {
      // '*' for events of the environment.
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      at: numericDate('at').notNull(),
      type: text('type').notNull(),
      actorKind: text('actor_kind').notNull(),
      actorId: text('actor_id').notNull(),
      actorName: text('actor_name').notNull(),
      targetKind: text('target_kind').notNull(),
      targetId: text('target_id').notNull(),
      targetName: text('target_name').notNull(),
      requestId: text('request_id').notNull(),
      address: text('address'),
      // JSON object; never a secret.
      details: text('details').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.id] }),
      // Exchanges are most of the table. By their time alone, each batch of them is entered in one place, at the end.
      index('audit_events_exchanged').on(t.at).where(sql`${t.type} = 'token.exchanged'`),
      // What people are told of, whatever the account.
      index('audit_events_told').on(t.at, t.id).where(sql`${t.type} <> 'token.exchanged'`),
      index('audit_events_told_in').on(t.tenantId, t.at, t.id).where(sql`${t.type} <> 'token.exchanged'`),
      // By type as well: with less, SQLite would rather take the index above, with its exchanges.
      index('audit_events_told_of')
        .on(t.tenantId, t.targetId, t.type, t.at, t.id)
        .where(sql`${t.type} <> 'token.exchanged'`),
    ],
  ),
  changes: table('changes', {
    seq: sequence('seq'),
    kind: text('kind').$type<ChangeKind>().notNull(),
    key: text('key').notNull(),
    at: numericDate('at').notNull(),
  }),
  issueRequests: table(
    'issue_requests',
    {
      tenantId: text('tenant_id').notNull(),
      userId: text('user_id').notNull(),
      idempotencyKey: text('idempotency_key').notNull(),
      tokenId: text('token_id').notNull(),
      createdAt: numericDate('created_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.idempotencyKey] })],
  ),
})
