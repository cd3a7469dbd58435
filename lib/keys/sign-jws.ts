import type { SigningKey } from '#lib/keys/key-ring.ts'

const encoded = (json: string): string => Buffer.from(json).toString('base64url')

// All that a key signs of one type begins alike.
const heads = new WeakMap<SigningKey, Map<string, string>>()

const headOf = (key: SigningKey, typ: string): string => {
  const ofKey = heads.get(key) ?? new Map<string, string>()
  const known = ofKey.get(typ)
  if (known !== undefined) return known
  const head = encoded(JSON.stringify({ alg: key.algorithm, kid: key.kid, typ }))
  heads.set(key, ofKey.set(typ, head))
  return head
}

/** Signs claims that are JSON already; else as `signJws`. */
export const signJson = async (key: SigningKey, typ: string, claims: string): Promise<string> => {
  const input = `${headOf(key, typ)}.${encoded(claims)}`
  return `${input}.${await key.sign(input)}`
}

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1) with one of our keys and its own algorithm. `typ` says what it is, so
 * that it is taken for nothing else (RFC 8725 §3.11). Where the signature is made is the ring's affair.
 */
export const signJws = (key: SigningKey, typ: string, claims: object): Promise<string> =>
  signJson(key, typ, JSON.stringify(claims))
