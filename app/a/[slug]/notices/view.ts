import type { NoticeView } from '#components/notices/notice-view.ts'
import type { ListedNotice } from '#lib/notices/list-notices.ts'
import { NOTICE_TOPICS } from '#lib/notices/notice.ts'
import { noticeWords } from '#lib/notices/notice-words.ts'

/** A notice as its list shows it to this reader. */
export const toView = (notice: ListedNotice, readerId: string): NoticeView => ({
  ...noticeWords(notice, readerId),
  id: notice.id,
  topic: NOTICE_TOPICS[notice.type],
  at: notice.at,
  tokenId: notice.token.id,
  isOfAccount: notice.token.context === 'tenant',
  isUnread: notice.isUnread,
})
