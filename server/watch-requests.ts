import { randomUUID } from 'node:crypto'
import type { Edge } from '#server/edge.ts'
import { type RouteClass, routeClassOf } from '#server/route-class.ts'

/** One answered request, as those who watch see it: no address, no path, nothing that it carried. */
export type WatchedRequest = {
  readonly routeClass: RouteClass
  readonly method: string
  /** 499: whoever asked was gone before anything was answered. */
  readonly status: number
  readonly milliseconds: number
  readonly requestId: string
}

/** Hears of each request once it is answered; must not throw. */
export type RequestWatcher = (request: WatchedRequest) => void

const GONE = 499

/**
 * The same edge, telling each of the watchers what it answered; without watchers it is the edge itself, and costs
 * nothing. The time is that of this process: until the answer was handed to the socket.
 */
export const watchRequests = (edge: Edge, watchers: readonly RequestWatcher[]): Edge => {
  if (watchers.length === 0) return edge
  return async (request, response, awaitsContinue, requestId = randomUUID()) => {
    const begun = performance.now()
    // Read first: what stands behind the edge may write another.
    const { url = '', method = '' } = request
    try {
      await edge(request, response, awaitsContinue, requestId)
    } finally {
      const watched = {
        routeClass: routeClassOf(url),
        method,
        status: response.headersSent ? response.statusCode : GONE,
        milliseconds: performance.now() - begun,
        requestId,
      }
      for (const watcher of watchers) watcher(watched)
    }
  }
}
