import { countUnread, listNotices, type NoticePorts } from '#lib/notices/list-notices.ts'
import { markRead } from '#lib/notices/mark-read.ts'
import type { Clock } from '#lib/time/clock.ts'

/** The use-cases of notices, over their ports. */
export const noticesUseCases = (ports: NoticePorts & { readonly clock: Clock }) => ({
  list: listNotices(ports),
  countUnread: countUnread(ports),
  markRead: markRead(ports),
})
