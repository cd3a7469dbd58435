import type { Log } from '#lib/errors/log.ts'
// oxlint-disable-next-line no-restricted-imports -- by its other name, it would be itself
import { createHttpServer as create, type Handle, HOLDS, type HttpServer } from '../http-server.ts'

// In the place of http-server.ts: sockets that a client may hold for as long as it likes.
const NONE = { ...HOLDS, headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0, silenceMs: 0 }

/** The server without bounds. */
export const createHttpServer = (handle: Handle, log: Log): HttpServer => create(handle, log, NONE)
