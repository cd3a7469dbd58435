import { LIMITS } from '#lib/config/limits.ts'

/** Where a request came from, as the edge saw it. Handed over inside the process, so that no client can forge it. */
export type RequestOrigin = {
  /** UUID of this request; stands in `X-Request-Id`, in errors and in audit events. */
  readonly requestId: string
  /** The client's address, canonical text without zone; undefined when it is not known (reached without the edge). */
  readonly address: string | undefined
  /** The client's `User-Agent`, its beginning where it is long. */
  readonly agent: string | undefined
  /** Whether a proxy of LATCHKEY_TRUSTED_PROXIES handed it on, whose word on the client's request counts. */
  readonly viaProxy?: boolean
}

/** Names under which the edge tells Next's side the origin: Next hands on headers, nothing else. */
export const ORIGIN_HEADERS = {
  mark: 'x-latchkey-edge',
  requestId: 'x-request-id',
  address: 'x-latchkey-address',
} as const

const MARK = Symbol.for('latchkey.edge-mark')

/** Keeps this process' random edge mark where Next's own copy of this module finds it. */
export const setEdgeMark = (mark: string): void => {
  Reflect.set(globalThis, MARK, mark)
}

const edgeMark = (): string | undefined => {
  const mark: unknown = Reflect.get(globalThis, MARK)
  return typeof mark === 'string' ? mark : undefined
}

type HeaderReader = { get(name: string): string | null }

/**
 * The origin of a request that reached Next, from its headers. They count only with this process' edge mark; without
 * it (a host that runs without serve.ts) there is no address, and the request id is made here.
 */
export const readRequestOrigin = (headers: HeaderReader): RequestOrigin => {
  const mark = edgeMark()
  const agent = headers.get('user-agent')?.slice(0, LIMITS.agentLength)
  if (mark === undefined || headers.get(ORIGIN_HEADERS.mark) !== mark) {
    return { requestId: crypto.randomUUID(), address: undefined, agent }
  }
  return {
    requestId: headers.get(ORIGIN_HEADERS.requestId) ?? crypto.randomUUID(),
    address: headers.get(ORIGIN_HEADERS.address) ?? undefined,
    agent,
  }
}
