import { randomBytes, randomUUID, randomUUIDv7 } from 'node:crypto'

/** Where ids and secrets come from, as a port. */
export type Randomness = {
  /** That many bytes from a cryptographic source. */
  bytes(count: number): Uint8Array
  /** A random UUID (RFC 9562 §5.4). */
  uuid(): string
  /**
   * A UUID that grows with time and tells it, to the millisecond (RFC 9562 §5.7): the id of what is added often, whose time is
   * shown anyway. An index takes it at its end, where a random one costs a page of the index each time.
   */
  orderedUuid(): string
}

/** The operating system's randomness. */
export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
  orderedUuid: () => randomUUIDv7(),
}
