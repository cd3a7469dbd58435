import { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, holds, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import type { Notice } from '#lib/notices/notice.ts'
import type { NoticeReader, NoticeStore, ReadMark } from '#lib/notices/notice-store.ts'
import { formatCursor, parseCursor } from '#lib/tokens/cursor.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'

const PAGE_SIZE = 25

// A page says `99+`.
const UNREAD_MAX = 100

/** What listing notices takes. */
export const noticesRequest = z.object({
  limit: z.number().int().min(1).max(LIMITS.pageSizeMax).default(PAGE_SIZE),
  cursor: z.string().optional(),
})

/** A notice, and whether its reader has yet to read it. */
export type ListedNotice = Notice & { readonly isUnread: boolean }

/**
 * One page of notices, newest first; `nextCursor` continues it, null at the end. Marking `readUntil` as read takes all of
 * the page as read, and nothing that came later; null on an empty page.
 */
export type NoticePage = {
  readonly notices: readonly ListedNotice[]
  readonly nextCursor: string | null
  readonly readUntil: string | null
}

/** What reading notices needs of the world. */
export type NoticePorts = { readonly accessStore: AccessStore; readonly noticeStore: NoticeStore }

const readerOf = (acting: Acting): NoticeReader => ({
  tenantId: acting.tenant.id,
  userId: acting.rights.member.userId,
  managesTokens: holds(acting, MANAGE_TOKENS),
})

// What somebody did themselves is listed, and no news to them.
const isOwnDoing = ({ actor }: Notice, userId: string): boolean => actor.kind === 'user' && actor.id === userId

const NOTHING_READ: ReadMark = { at: 0, id: null }

const markOf = async ({ noticeStore }: NoticePorts, { tenantId, userId }: NoticeReader): Promise<ReadMark> =>
  (await noticeStore.readUntil(tenantId, userId)) ?? NOTHING_READ

const isBeyond = ({ at, id }: Notice, mark: ReadMark): boolean =>
  at > mark.at || (at === mark.at && mark.id !== null && id > mark.id)

const cursorAt = ({ at, id }: Notice): string => formatCursor({ createdAt: at, id })

/** Lists what concerns the principal in their tenant. `request.invalid`, `request.malformed` for a foreign cursor. */
export const listNotices =
  (ports: NoticePorts) =>
  async (principal: Principal, input: z.input<typeof noticesRequest> = {}): Promise<NoticePage> => {
    const { limit, cursor } = parseInput(noticesRequest, input)
    const reader = readerOf(await readActing(ports, principal))
    const place = cursor === undefined ? undefined : parseCursor(cursor)
    const below = place && { below: { at: place.createdAt, id: place.id } }
    // One more than asked for tells whether there is a next page.
    const found = await ports.noticeStore.list({ ...reader, limit: limit + 1, ...below })
    const mark = await markOf(ports, reader)
    const shown = found.slice(0, limit)
    const [first] = shown
    const last = shown.at(-1)
    return {
      notices: shown.map((notice) => ({
        ...notice,
        isUnread: isBeyond(notice, mark) && !isOwnDoing(notice, reader.userId),
      })),
      nextCursor: last && found.length > limit ? cursorAt(last) : null,
      readUntil: first ? cursorAt(first) : null,
    }
  }

/** How many notices the principal has yet to read, counted up to 100. */
export const countUnread =
  (ports: NoticePorts) =>
  async (principal: Principal): Promise<number> => {
    const reader = readerOf(await readActing(ports, principal))
    return ports.noticeStore.countAfter(reader, await markOf(ports, reader), UNREAD_MAX)
  }
