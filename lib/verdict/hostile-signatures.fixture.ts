import { generateKeyPairSync, sign } from 'node:crypto'
import {
  type Attack,
  attacks,
  encoded,
  type Loot,
  partsOf,
  publicKeyOf,
  signature,
} from '#lib/verdict/hostile-jwts.fixture.ts'

/** The order of P-256's base point, and the prime of its field (FIPS 186-5). */
export const P256 = {
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
} as const
const ED25519_ORDER = (1n << 252n) + 27742317777372353535851937790883648493n

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

/** `r` and `s` of an ECDSA signature over P-256 in base64url. */
export const splitSignature = (signed: string): readonly [r: bigint, s: bigint] => {
  const hex = Buffer.from(signed, 'base64url').toString('hex')
  return [BigInt(`0x${hex.slice(0, 64)}`), BigInt(`0x${hex.slice(64)}`)]
}

/** The signature of `r` and `s`. */
export const joinSignature = (r: bigint, s: bigint): string => encoded(Buffer.concat([bytesOf(r), bytesOf(s)]))

const ODD: readonly (readonly [string, bigint])[] = [
  ['0', 0n],
  ['1', 1n],
  ['n - 1', P256.n - 1n],
  ['n', P256.n],
  ['n + 1', P256.n + 1n],
  ['p', P256.p],
  ['2^256 - 1', (1n << 256n) - 1n],
]

// CVE-2022-21449: a verifier that takes r = s = 0 takes anything.
const degenerate = (input: string, signed: string) => {
  const [r, s] = splitSignature(signed)
  const all = [...ODD, ['its own', undefined]] as const
  const pairs = all.flatMap(([rName, rOdd]) => all.map(([sName, sOdd]) => [rName, sName, rOdd, sOdd] as const))
  return pairs
    .filter(([, , rOdd, sOdd]) => rOdd !== undefined || sOdd !== undefined)
    .map(
      ([rName, sName, rOdd, sOdd]) =>
        [`r ${rName}, s ${sName}`, `${input}.${joinSignature(rOdd ?? r, sOdd ?? s)}`] as const,
    )
}

const reversed = (hex: string) => Buffer.from(hex, 'hex').reverse()

// RFC 8032 §5.1.7: S is below the order, or there would be a second signature for each; points of small order prove nothing.
const edwards = (input: string, signed: string) => {
  const bytes = Buffer.from(signed, 'base64url')
  const larger = BigInt(`0x${reversed(bytes.subarray(32).toString('hex')).toString('hex')}`) + ED25519_ORDER
  const identity = Buffer.concat([Buffer.of(1), Buffer.alloc(63)])
  return [
    ['S + L', `${input}.${encoded(Buffer.concat([bytes.subarray(0, 32), bytesOf(larger).reverse()]))}`],
    ['the identity and nothing', `${input}.${encoded(identity)}`],
  ] as const
}

/** Values that no signer makes, and that a verifier without checks of ranges accepts. */
export const odd = ({ key, genuine }: Loot): Promise<readonly Attack[]> => {
  const { header, payload, signed } = partsOf(genuine)
  const input = `${header}.${payload}`
  const zeros = [['zeros alone', `${input}.${encoded(Buffer.alloc(Buffer.from(signed, 'base64url').length))}`]] as const
  if (key.algorithm === 'ES256') return attacks('odd values', [...zeros, ...degenerate(input, signed)])
  return attacks('odd values', key.algorithm === 'EdDSA' ? [...zeros, ...edwards(input, signed)] : zeros)
}

const derSignature = (input: string) =>
  encoded(sign('sha256', Buffer.from(input), generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey))

/** No signature, somebody else's, one of something else, or a good one that was changed. */
export const unfounded = async (loot: Loot): Promise<readonly Attack[]> => {
  const { header, payload, signed } = partsOf(loot.genuine)
  const borrowed = partsOf(loot.other)
  const input = `${header}.${payload}`
  const bytes = Buffer.from(signed, 'base64url')
  const flipped = Buffer.from(bytes)
  flipped[9] = (flipped[9] ?? 0) ^ 1
  const of = (made: string | Uint8Array) => `${input}.${typeof made === 'string' ? made : encoded(made)}`
  return attacks('signature', [
    ['empty', of('')],
    ['of one byte', of(Buffer.of(0))],
    ['of another token', of(borrowed.signed)],
    ['under the payload of another token', `${header}.${borrowed.payload}.${signed}`],
    ['one bit changed', of(flipped)],
    ['its last byte gone', of(bytes.subarray(0, -1))],
    ['its first half alone', of(bytes.subarray(0, bytes.length / 2))],
    ['a byte more', of(Buffer.concat([bytes, Buffer.of(0)]))],
    ['a byte before', of(Buffer.concat([Buffer.of(0), bytes]))],
    ['twice', of(Buffer.concat([bytes, bytes]))],
    [
      'its halves exchanged',
      of(Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)])),
    ],
    ['all ones', of(Buffer.alloc(bytes.length, 255))],
    ['in DER', of(derSignature(input))],
    ['the public key itself', of(publicKeyOf(loot.key).export({ type: 'spki', format: 'der' }))],
    ['over the payload alone', of(await signature(loot.key, payload))],
    [
      'over the text before it was encoded',
      of(await signature(loot.key, Buffer.from(payload, 'base64url').toString())),
    ],
    ['over the key of the other kind', of(await signature(loot.otherKey, input))],
  ])
}
