import type { SigningKey } from '#lib/keys/key-ring.ts'

const encoded = (json: string): string => Buffer.from(json).toString('base64url')

/** Signs claims that are JSON already; else as `signJws`. */
export const signJson = async ({ kid, algorithm, sign }: SigningKey, typ: string, claims: string): Promise<string> => {
  const input = `${encoded(JSON.stringify({ alg: algorithm, kid, typ }))}.${encoded(claims)}`
  return `${input}.${await sign(input)}`
}

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1) with one of our keys and its own algorithm. `typ` says what it is, so
 * that it is taken for nothing else (RFC 8725 §3.11). Where the signature is made is the ring's affair.
 */
export const signJws = (key: SigningKey, typ: string, claims: object): Promise<string> =>
  signJson(key, typ, JSON.stringify(claims))
