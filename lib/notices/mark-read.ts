import { z } from 'zod'
import { readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import type { NoticePorts } from '#lib/notices/list-notices.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What marking as read takes: when the newest of the notices that were shown happened. */
export const markReadRequest = z.object({ until: z.coerce.number().int().min(0) })

/** Takes notices up to a moment as read; those that came after the page was made stay unread. `request.invalid`. */
export const markRead =
  (ports: NoticePorts & { readonly clock: Clock }) =>
  async (principal: Principal, input: z.input<typeof markReadRequest>): Promise<void> => {
    const { until } = parseInput(markReadRequest, input)
    const { tenant, rights } = await readActing(ports, principal)
    await ports.noticeStore.markRead(tenant.id, rights.member.userId, Math.min(until, ports.clock.now()))
  }
