import type { AuditEvent, AuditEventType } from '#lib/audit/audit-event.ts'
import type { NoticeTopic } from '#lib/notices/notice-topic.ts'
import type { Token } from '#lib/tokens/token.ts'

/** Events that somebody is told of. Their target is the token they are about. */
export type NoticeType = Extract<
  AuditEventType,
  | 'token.issued'
  | 'token.edited'
  | 'token.paused'
  | 'token.resumed'
  | 'token.rotated'
  | 'token.revoked'
  | 'token.expiring'
  | 'token.new_place'
  | 'token.leaked'
  | 'token.key_compromised'
  | 'credential.retired_used'
>

/** What each notice is about, as people choose their mails by. */
export const NOTICE_TOPICS: Readonly<Record<NoticeType, NoticeTopic>> = {
  'token.issued': 'changes',
  'token.edited': 'changes',
  'token.paused': 'changes',
  'token.resumed': 'changes',
  'token.rotated': 'changes',
  'token.revoked': 'changes',
  'token.expiring': 'expiry',
  'token.new_place': 'alerts',
  'token.leaked': 'alerts',
  'token.key_compromised': 'alerts',
  'credential.retired_used': 'alerts',
}

const isNoticeType = (type: string): type is NoticeType => Object.hasOwn(NOTICE_TOPICS, type)

/** Every type of event that somebody is told of. */
export const NOTICE_TYPES: readonly NoticeType[] = Object.keys(NOTICE_TOPICS).filter(isNoticeType)

/** An event that concerns people, with the token it is about as it is now. */
export type Notice = Pick<AuditEvent, 'id' | 'at' | 'actor' | 'address' | 'details'> & {
  readonly type: NoticeType
  readonly token: Pick<Token, 'id' | 'name' | 'context' | 'ownerUserId'>
}
