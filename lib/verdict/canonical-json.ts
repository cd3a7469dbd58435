/**
 * What bytes of JSON say, if they are written as `JSON.stringify` writes them, which is how every JWT of ours is: each
 * member once (RFC 7515 §4, RFC 7519 §4), no spaces, no needless escapes, one spelling of each number, UTF-8. Undefined
 * for anything else; never throws.
 */
export const readCanonicalJson = (bytes: Uint8Array): unknown => {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const value: unknown = JSON.parse(given.toString('utf8'))
    return Buffer.from(JSON.stringify(value)).equals(given) ? value : undefined
  } catch {
    return undefined
  }
}
