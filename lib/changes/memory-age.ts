/**
 * How long an `LRUCache` under the change feed believes what it remembers: a minute, a net under the feed and not its
 * substitute. The clock is looked at once a second; a timer for each millisecond, as is the default, costs each validation
 * a fiftieth of its time.
 */
export const MEMORY_AGE = { ttl: 60_000, ttlResolution: 1000 } as const
