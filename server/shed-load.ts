import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Edge } from '#server/edge.ts'
import { bodyFormOf } from '#server/edge-body.ts'
import { refuse } from '#server/edge-refusal.ts'
import { isCanonicalTarget, pathOf } from '#server/edge-target.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { type RouteClass, routeClassOf } from '#server/route-class.ts'

/** How much may be under way, and how late the event loop may run, before requests of a kind are refused. */
export type LoadLimits = { readonly underWay: number; readonly lagMs: number }

// What people's systems wait for goes on longest: pages give way first, then tokens, then validations; health never.
const PAGES: LoadLimits = { underWay: 256, lagMs: 1000 }
const TOKENS: LoadLimits = { underWay: 1024, lagMs: 2000 }
const VALIDATIONS: LoadLimits = { underWay: 4096, lagMs: 4000 }

/** The limits of each kind of request; undefined: never refused. */
export const LOAD_LIMITS: Readonly<Record<RouteClass, LoadLimits | undefined>> = {
  pages: PAGES,
  assets: PAGES,
  management: PAGES,
  token: TOKENS,
  introspect: TOKENS,
  revoke: TOKENS,
  validate: VALIDATIONS,
  metadata: VALIDATIONS,
  health: undefined,
}

/** How late the event loop runs. */
export type LagMeter = {
  /** Milliseconds: the mean of the last second or so, so that one long task alone refuses nobody. */
  lag(): number
  stop(): void
}

const LOOK_MS = 100
// Of each look; ten looks make a second.
const WEIGHT = 0.1

/** Measures how late a timer of 100 ms comes; keeps no process alive. */
export const startLagMeter = (): LagMeter => {
  let mean = 0
  let due = performance.now() + LOOK_MS
  const timer = setInterval(() => {
    const now = performance.now()
    mean += (Math.max(0, now - due) - mean) * WEIGHT
    due = now + LOOK_MS
  }, LOOK_MS)
  timer.unref()
  return { lag: () => mean, stop: () => clearInterval(timer) }
}

const RETRY_SECONDS = 1
const TELL_EVERY_MS = 10_000

const createTeller = (log: Pick<ServerLog, 'warn'>) => {
  let refused = 0
  let toldAt = -TELL_EVERY_MS
  return (underWay: number, lagMs: number): void => {
    refused += 1
    const now = performance.now()
    if (now - toldAt < TELL_EVERY_MS) return
    log.warn('requests are refused, there is too much to do', { refused, underWay, lagMs: Math.round(lagMs) })
    toldAt = now
    refused = 0
  }
}

// Longer than a body takes that is sent at once.
const SLOW_BODY_MS = 250

/** Knows of which requests the body is slow to come: there is nothing to do for them yet, they only keep a socket. */
const createSlowBodies = (slowMs: number) => {
  // By request, so that whoever goes twice goes once.
  const slow = new Set<IncomingMessage>()
  return {
    count: () => slow.size,
    /** Looks once whether the body is in, and sees it come. Answers what is cancelled when the request is answered. */
    watch: (request: IncomingMessage): NodeJS.Timeout => {
      request.once('end', () => slow.delete(request))
      return setTimeout(() => {
        if (!request.complete) slow.add(request)
      }, slowMs)
    },
    /** The request is answered, its body in or not. */
    forget: (request: IncomingMessage, timer: NodeJS.Timeout): void => {
      clearTimeout(timer)
      slow.delete(request)
    },
  }
}

type ShedParts = {
  readonly url: string
  readonly log: Pick<ServerLog, 'warn'>
  readonly meter: Pick<LagMeter, 'lag'>
  readonly limits?: typeof LOAD_LIMITS
  readonly slowBodyMs?: number
}

/**
 * The same edge, behind a door that refuses what is too much with 503 and Retry-After, before anything is read or done.
 * A request that is let in costs an addition and two comparisons; one with a body a timer more, after which it does not count
 * until the body is in.
 */
export const shedLoad = (
  edge: Edge,
  { url, log, meter, limits = LOAD_LIMITS, slowBodyMs = SLOW_BODY_MS }: ShedParts,
): Edge => {
  let letIn = 0
  const slow = createSlowBodies(slowBodyMs)
  const tell = createTeller(log)
  const underWay = (): number => letIn - slow.count()
  const isTooMuch = (limit: LoadLimits | undefined): boolean =>
    limit !== undefined && (underWay() >= limit.underWay || meter.lag() > limit.lagMs)
  return async (request, response, awaitsContinue, requestId = randomUUID()) => {
    const target = request.url ?? ''
    if (isTooMuch(limits[routeClassOf(target)])) {
      tell(underWay(), meter.lag())
      response.setHeader('X-Request-Id', requestId)
      const path = isCanonicalTarget(target) ? pathOf(target) : undefined
      const error = new PortalError('server.overloaded', { retryAfterSeconds: RETRY_SECONDS })
      return refuse(request, response, error, { url, requestId, path })
    }
    letIn += 1
    const timer = bodyFormOf(request) === 'none' ? undefined : slow.watch(request)
    try {
      await edge(request, response, awaitsContinue, requestId)
    } finally {
      letIn -= 1
      if (timer) slow.forget(request, timer)
    }
  }
}
