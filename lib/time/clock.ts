/** The wall clock, as a port: every "now" in the product is asked of it. */
export type Clock = {
  /** The present as NumericDate: whole seconds since 1970-01-01T00:00:00Z (RFC 7519 §2). */
  now(): number
}
