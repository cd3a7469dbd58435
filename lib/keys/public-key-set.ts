import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { LIMITS } from '#lib/config/limits.ts'

/** The names of JWS algorithms that a registered key may verify (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
export const CLIENT_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const

/** One of them. */
export type ClientAlgorithm = (typeof CLIENT_ALGORITHMS)[number]

/** A public key of a client, public members only (RFC 7517 §4): its `alg` is the one algorithm it verifies. */
export type ClientKey = {
  readonly kty: string
  readonly alg: ClientAlgorithm
  readonly kid?: string
  readonly [member: string]: string | undefined
}

/** The public keys of a client (RFC 7517 §5); several of them have a `kid` each. */
export type PublicKeySet = { readonly keys: readonly ClientKey[] }

const RSA_BITS = { min: 2048, max: 4096 }
const RSA_EXPONENT = 65_537n
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']

const PRIVATE =
  'This is the private key. Keep it to yourself and give its public half: what holds “d” is never sent to anybody.'
const SHARED = 'This is a shared secret (“oct”), which is no public key. Use an EC, Ed25519 or RSA key.'

type Refusal = { readonly refused: string }
type Read<Result> = Result | Refusal

const isRefusal = (read: object): read is Refusal => 'refused' in read
const refuse = (refused: string): Refusal => ({ refused })

const member = z.looseObject({
  kty: z.string(),
  kid: z.string().min(1).max(128).optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.string()).optional(),
  alg: z.string().optional(),
})

type Member = z.output<typeof member>

const MEMBERS: Readonly<Record<string, string>> = {
  kid: 'A “kid” is a text of 1 to 128 characters.',
  use: 'The key’s “use” is not “sig”: register one that signs.',
  kty: 'A key says its “kty”: EC, OKP or RSA.',
}

const imported = (jwk: Member): KeyObject | undefined => {
  try {
    // Refuses points that are not on their curve.
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

const refuseRsa = ({ asymmetricKeyDetails }: KeyObject): Refusal | undefined => {
  const { modulusLength = 0, publicExponent } = asymmetricKeyDetails ?? {}
  if (modulusLength < RSA_BITS.min || modulusLength > RSA_BITS.max)
    return refuse(`An RSA key has ${RSA_BITS.min} to ${RSA_BITS.max} bits.`)
  return publicExponent === RSA_EXPONENT ? undefined : refuse(`An RSA key has the public exponent ${RSA_EXPONENT}.`)
}

// The first is what a key without `alg` signs with.
const ALGORITHMS: Readonly<Record<string, readonly ClientAlgorithm[]>> = {
  'EC P-256': ['ES256'],
  'OKP Ed25519': ['Ed25519', 'EdDSA'],
  RSA: ['RS256', 'PS256'],
}

const algorithmOf = (jwk: Member): Read<{ readonly alg: ClientAlgorithm }> => {
  const form = jwk.kty === 'RSA' ? 'RSA' : `${jwk.kty} ${String(jwk['crv'])}`
  const algorithms = Object.hasOwn(ALGORITHMS, form) ? ALGORITHMS[form] : undefined
  if (!algorithms) return refuse('Use a key of the curve P-256 or Ed25519, or an RSA key.')
  const alg = jwk.alg === undefined ? algorithms[0] : algorithms.find((name) => name === jwk.alg)
  return alg ? { alg } : refuse(`A key of this kind signs with ${algorithms.join(' or ')}.`)
}

const readKey = (given: unknown): Read<ClientKey> => {
  if (typeof given !== 'object' || given === null) return refuse('A key is a JSON object.')
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(given, name))) return refuse(PRIVATE)
  if (Object.hasOwn(given, 'k')) return refuse(SHARED)
  const parsed = member.safeParse(given)
  if (!parsed.success) return refuse(MEMBERS[String(parsed.error.issues[0]?.path[0])] ?? 'This is no JSON Web Key.')
  const jwk = parsed.data
  if (jwk.kty === 'oct') return refuse(SHARED)
  if (jwk.key_ops && !jwk.key_ops.includes('verify')) return refuse('The key’s “key_ops” do not include “verify”.')
  const algorithm = algorithmOf(jwk)
  if (isRefusal(algorithm)) return algorithm
  const key = imported(jwk)
  if (!key) return refuse('This is no public key: its numbers do not belong together.')
  const refused = jwk.kty === 'RSA' ? refuseRsa(key) : undefined
  // Written anew: nothing but the numbers of the key is kept of what was sent.
  const { kid } = jwk
  const numbers = key.export({ format: 'jwk' })
  return refused ?? { ...(numbers as ClientKey), ...algorithm, ...(kid === undefined ? {} : { kid }) }
}

/** SHA-256 of a key's numbers (RFC 7638 §3), base64url: the same whatever its `kid` and `alg`. */
export const thumbprint = ({ kty, crv, x, y, n, e }: ClientKey): string => {
  // In lexicographic order; what a kind of key does not have is left out of the JSON.
  const text = JSON.stringify(kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y })
  return createHash('sha256').update(text).digest('base64url')
}

const hasTwice = (values: readonly string[]): boolean => new Set(values).size < values.length

const refuseSet = (keys: readonly ClientKey[]): Refusal | undefined => {
  if (hasTwice(keys.map(thumbprint))) return refuse('The same key stands there twice.')
  if (keys.length > 1 && keys.some(({ kid }) => kid === undefined))
    return refuse('Where there are several keys, each needs a “kid”.')
  return hasTwice(keys.flatMap(({ kid }) => kid ?? [])) ? refuse('Two keys have the same “kid”.') : undefined
}

const readSet = (given: unknown): Read<PublicKeySet> => {
  const listed = typeof given === 'object' && given !== null && 'keys' in given ? given.keys : [given]
  if (!Array.isArray(listed) || listed.length === 0) return refuse('The set holds no key.')
  if (listed.length > LIMITS.clientKeys) return refuse(`Register at most ${LIMITS.clientKeys} keys.`)
  const keys: ClientKey[] = []
  for (const each of listed) {
    const read = readKey(each)
    if (isRefusal(read)) return read
    keys.push(read)
  }
  return refuseSet(keys) ?? { keys }
}

const parsedJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const readText = (text: string): Read<PublicKeySet> => {
  if (text === '') return refuse('Paste a public key.')
  if (text.includes('PRIVATE KEY')) return refuse(PRIVATE)
  if (/^https?:/i.test(text)) return refuse('Paste the key itself: an address is not read.')
  if (text.startsWith('-----')) return refuse('Write the key as a JSON Web Key: {"kty": …}.')
  const parsed = parsedJson(text)
  return parsed
    ? readSet(parsed.value)
    : refuse('This is no JSON. A public key reads {"kty": …}, a set of them {"keys": […]}.')
}

/**
 * Schema of the public keys a client registers: a JWK or a JWK Set (RFC 7517), as JSON text or as an object. Private and
 * symmetric keys, addresses of keys, other algorithms, RSA below 2,048 bits, and keys that stand twice are refused, each
 * with its sentence.
 */
export const publicKeySet = z
  .union([z.string(), z.record(z.string(), z.unknown())], 'Give a public key as a JSON Web Key.')
  .transform((given, context): PublicKeySet => {
    const text = typeof given === 'string' ? given.trim() : JSON.stringify(given)
    const isLong = Buffer.byteLength(text) > LIMITS.clientKeysBytes
    const read = isLong ? refuse(`Use at most ${LIMITS.clientKeysBytes} bytes of JSON.`) : readText(text)
    if (!isRefusal(read)) return read
    context.addIssue({ code: 'custom', message: read.refused })
    return z.NEVER
  })

/** Whether a text holds a private key, whatever else it is: such a text is not to be shown again. */
export const holdsPrivateKey = (text: string): boolean => text.includes('PRIVATE KEY') || /"(?:d|k)"\s*:/.test(text)
