import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type BoundedQueue, boundedQueue } from '#server/adapters/bounded-queue.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { routeClassOf } from '#server/route-class.ts'

/** How many pages are made at a time, how many wait, and for how long one may hold its place. */
export type Pace = { readonly running: number; readonly waiting: number; readonly holdMs: number }

// A page takes its event loop some ten milliseconds at a time: what is made at once is what each of them waits for, and
// where pages have no process of their own, a validation. One that stays (a slow reader, a slow provider) makes room, and
// goes on beside.
const PACE: Pace = { running: 2, waiting: 250, holdMs: 1000 }

const RETRY_SECONDS = 1

const queueOf = ({ running, waiting }: Pace): BoundedQueue =>
  boundedQueue({
    running,
    waiting,
    refuse: () => new PortalError('server.overloaded', { retryAfterSeconds: RETRY_SECONDS }),
  })

/**
 * The same pages, a few at a time, with a turn of the event loop between them; the rest wait in line, and what finds the
 * line full is refused with `server.overloaded`. Forms have a line of their own, as passwords take their time. Their
 * parts (scripts, fonts, icons) are files and pass.
 */
export const pacePages = (pages: PagesHandler, pace: Pace = PACE): PagesHandler => {
  const lines = { reading: queueOf(pace), forms: queueOf(pace) }
  return async (request, response) => {
    if (routeClassOf(request.url ?? '') === 'assets') return pages(request, response)
    const line = request.method === 'POST' ? lines.forms : lines.reading
    const made = await line.run(async () => {
      await nextTurn()
      // Nobody waits for it any more.
      if (response.destroyed) return { answered: Promise.resolve() }
      const answered = pages(request, response)
      await Promise.race([answered, delay(pace.holdMs, undefined, { ref: false })])
      return { answered }
    })
    await made.answered
  }
}
