import { randomBytes, randomUUID } from 'node:crypto'

/** Where ids and secrets come from, as a port. */
export type Randomness = {
  /** That many bytes from a cryptographic source. */
  bytes(count: number): Uint8Array
  /** A random UUID (RFC 9562 §5.4). */
  uuid(): string
}

/** The operating system's randomness. */
export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
}
