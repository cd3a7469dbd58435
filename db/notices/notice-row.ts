import type { Schema } from '#db/schema.ts'
import type { AuditActor } from '#lib/audit/audit-event.ts'
import type { Notice, NoticeType } from '#lib/notices/notice.ts'

/** The columns of an event joined with its token that make a notice. */
export const noticeColumns = ({ auditEvents, tokens }: Schema) => ({
  id: auditEvents.id,
  at: auditEvents.at,
  type: auditEvents.type,
  actorKind: auditEvents.actorKind,
  actorId: auditEvents.actorId,
  actorName: auditEvents.actorName,
  address: auditEvents.address,
  details: auditEvents.details,
  tokenId: tokens.id,
  tokenName: tokens.name,
  context: tokens.context,
  ownerUserId: tokens.ownerUserId,
})

type Events = Schema['auditEvents']['$inferSelect']
type Tokens = Schema['tokens']['$inferSelect']

type NoticeRow = Pick<Events, 'id' | 'at' | 'type' | 'actorKind' | 'actorId' | 'actorName' | 'address' | 'details'> &
  Pick<Tokens, 'context' | 'ownerUserId'> & { readonly tokenId: string; readonly tokenName: string }

/** A notice as its row says it; the query has seen to it that its type is one. */
export const toNotice = (row: NoticeRow): Notice => ({
  id: row.id,
  at: row.at,
  type: row.type as NoticeType,
  actor: { kind: row.actorKind as AuditActor['kind'], id: row.actorId, name: row.actorName },
  address: row.address ?? undefined,
  details: JSON.parse(row.details),
  token: { id: row.tokenId, name: row.tokenName, context: row.context, ownerUserId: row.ownerUserId },
})
