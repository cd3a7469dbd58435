import type { RequestOrigin } from '#lib/api/request-origin.ts'

/** A request as the routes that everybody waits for read it, whatever carries it: node:http or a fetch `Request`. */
export type WireRequest = {
  readonly method: string
  /** The path in its canonical form, without the query. */
  readonly path: string
  /** What stands behind the question mark, undecoded; empty where nothing does. */
  readonly query: string
  /** A header by its lower-case name; what stands more than once is joined by commas (RFC 9110 §5.3). */
  header(name: string): string | undefined
  readonly origin: RequestOrigin
}

/** What a request is answered, whatever carries it. Headers in the spelling they are sent in. */
export type WireAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers those requests that are its own, undefined for any other. What is refused is answered as well: it never rejects. */
export type WireDoor = (request: WireRequest) => Promise<WireAnswer> | undefined

/** The same for requests with a body, which is read as text where it is needed; a body that cannot be read is refused. */
export type WireBodyDoor = (request: WireRequest, body: () => Promise<string>) => Promise<WireAnswer> | undefined
