import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Edge } from '#server/edge.ts'
import { setRequestHeaders } from '#server/edge-headers.ts'
import type { Around } from '#server/metrics/around.ts'
import { routeClassOf } from '#server/route-class.ts'
import { VERSION } from '#server/version.ts'
import { type WatchedRequest, watchRequests } from '#server/watch-requests.ts'

/** Spans of what a process does, on their way to a collector. */
export type Tracing = {
  /** The same edge, with a span around each request: a child of the one that `traceparent` names. */
  edge(edge: Edge): Edge
  /** Carries out work below the span that the request's `traceparent` names, in the process that makes pages. */
  below<Result>(request: IncomingMessage, run: () => Promise<Result>): Promise<Result>
  readonly around: Around
  /** Sends what is left; rejects when the collector does not take it. */
  close(): Promise<void>
}

// W3C Trace Context §3.2.2, version 00; anything else begins a trace of its own.
const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/

const parentOf = (header: string | string[] | undefined): Context => {
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(String(header)) ?? []
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16) & 1
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

// The reverse: pages may be made in another process, whose work belongs below this span.
const tellSpan = (request: IncomingMessage, span: Span): void => {
  const { traceId, spanId, traceFlags } = span.spanContext()
  setRequestHeaders(request, { traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}` })
}

const openProvider = (endpoint: string): TracerProvider =>
  new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'latchkey', 'service.version': VERSION }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) })],
  })

const endRequest = (span: Span, { status, requestId }: WatchedRequest): void => {
  span.setAttributes({ 'http.response.status_code': status, 'latchkey.request_id': requestId })
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/**
 * Opens the way to a collector (OTLP over HTTP at `endpoint`/v1/traces). Nothing is registered globally: Next would add spans
 * of its own, with the addresses of pages in them. Attributes are kinds, codes and ids of requests, never what one carried.
 */
export const openTracing = (endpoint: string): Tracing => {
  const provider = openProvider(endpoint)
  const tracer = provider.getTracer('latchkey', VERSION)
  const within = new AsyncLocalStorage<Context>()
  return {
    edge: (edge) => async (request, response, awaitsContinue, requestId) => {
      const parent = parentOf(request.headers['traceparent'])
      const { method = '', url = '' } = request
      const routeClass = routeClassOf(url)
      const attributes = { 'http.request.method': method, 'latchkey.route': routeClass }
      const span = tracer.startSpan(`${method} ${routeClass}`, { kind: SpanKind.SERVER, attributes }, parent)
      if (routeClass === 'pages') tellSpan(request, span)
      const watched = watchRequests(edge, [(answered) => endRequest(span, answered)])
      await within.run(trace.setSpan(parent, span), () => watched(request, response, awaitsContinue, requestId))
    },
    below: (request, run) => within.run(parentOf(request.headers['traceparent']), run),
    around: async (operation, run) => {
      const parent = within.getStore() ?? ROOT_CONTEXT
      const span = tracer.startSpan(operation, { kind: SpanKind.CLIENT }, parent)
      try {
        return await within.run(trace.setSpan(parent, span), run)
      } catch (thrown) {
        // Without the exception: a driver's message may carry what was asked of it.
        span.setStatus({ code: SpanStatusCode.ERROR })
        throw thrown
      } finally {
        span.end()
      }
    },
    close: () => provider.shutdown(),
  }
}
