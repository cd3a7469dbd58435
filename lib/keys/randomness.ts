import { randomFillSync, randomUUID, randomUUIDv7 } from 'node:crypto'

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

const POOL_BYTES = 4096
const pool = Buffer.alloc(POOL_BYTES)
let drawn = POOL_BYTES

// Drawn ahead, as node does for UUIDs: asking takes longer than the bytes do. What was handed out does not stay here.
const takeBytes = (count: number): Uint8Array => {
  const taken = Buffer.alloc(count)
  if (count > POOL_BYTES) return randomFillSync(taken)
  if (drawn + count > POOL_BYTES) {
    randomFillSync(pool)
    drawn = 0
  }
  pool.copy(taken, 0, drawn, drawn + count)
  pool.fill(0, drawn, drawn + count)
  drawn += count
  return taken
}

/** The operating system's randomness. */
export const systemRandomness: Randomness = {
  bytes: takeBytes,
  uuid: () => randomUUID(),
  orderedUuid: () => randomUUIDv7(),
}
