import type { Log } from '#lib/errors/log.ts'
// oxlint-disable-next-line no-restricted-imports -- by its other name, it would be itself
import { createHttpServer as create, type Handle, HOLDS, type HttpServer } from '../http-server.ts'

// In the place of http-server.ts: the same bounds, a twentieth as long, so that a test need not wait for them.
const SHORT = {
  ...HOLDS,
  headersTimeout: 500,
  requestTimeout: 1500,
  connectionsCheckingInterval: 100,
  silenceMs: 3000,
}

/** The server with short bounds. */
export const createHttpServer = (handle: Handle, log: Log): HttpServer => create(handle, log, SHORT)
