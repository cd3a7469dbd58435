import { z } from 'zod'
import { readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import type { NoticePorts } from '#lib/notices/list-notices.ts'
import type { Clock } from '#lib/time/clock.ts'
import { parseCursor } from '#lib/tokens/cursor.ts'

/** What marking as read takes: `readUntil` of the page that was shown. */
export const markReadRequest = z.object({ until: z.string() })

/**
 * Takes notices up to the newest that was shown as read; those that came later stay unread, within the same second as
 * well. `request.invalid`; `request.malformed` for what is no page's.
 */
export const markRead =
  (ports: NoticePorts & { readonly clock: Clock }) =>
  async (principal: Principal, input: z.input<typeof markReadRequest>): Promise<void> => {
    const { createdAt, id } = parseCursor(parseInput(markReadRequest, input).until)
    const { tenant, rights } = await readActing(ports, principal)
    const now = ports.clock.now()
    // No page shows what is to come: whoever makes such a place up has read what was before this second.
    const until = createdAt > now ? { at: now, id: '' } : { at: createdAt, id }
    await ports.noticeStore.markRead(tenant.id, rights.member.userId, until)
  }
