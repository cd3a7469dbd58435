import { createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { KeyRing, SigningKey } from '#lib/keys/key-ring.ts'
import { publicKeyOf } from '#lib/verdict/hostile-jwts.fixture.ts'
import { P256, splitSignature } from '#lib/verdict/hostile-signatures.fixture.ts'

/** A verifier as it has been written before: whether it takes a text for good. */
export type CarelessVerifier = (ring: KeyRing, text: string) => Promise<boolean>

type Read = {
  readonly header: Readonly<Record<string, unknown>>
  readonly input: string
  readonly signed: Buffer
}

// The first three parts, decoded as far as they can be; of members that stand twice the last.
const read = (text: string): Read => {
  const [header = '', payload = '', signed = ''] = text.trim().split('.')
  const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString())
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('no header')
  return {
    header: parsed as Record<string, unknown>,
    input: `${header}.${payload}`,
    signed: Buffer.from(signed, 'base64url'),
  }
}

// As most libraries find a key: by its name, or the only one there is.
const keyFor = (ring: KeyRing, kid: unknown): KeyObject => {
  const key = ring.verifying(String(kid)) ?? ring.all()[0]
  if (!key) throw new TypeError('no key')
  return publicKeyOf(key as SigningKey)
}

const holds = (key: KeyObject, { input, signed }: Pick<Read, 'input' | 'signed'>): boolean =>
  key.asymmetricKeyType === 'ed25519'
    ? verify(null, Buffer.from(input), key, signed)
    : verify('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, signed)

const believesTheHeader: CarelessVerifier = async (ring, text) => {
  const { header, input, signed } = read(text)
  const alg = String(header['alg']).toLowerCase()
  if (alg === 'none') return true
  const key = keyFor(ring, header['kid'])
  const pem = key.export({ type: 'spki', format: 'pem' })
  return alg.startsWith('hs')
    ? createHmac(`sha${alg.slice(2)}`, pem)
        .update(input)
        .digest()
        .equals(signed)
    : holds(key, { input, signed })
}

const takesTheKeyAlong: CarelessVerifier = async (_ring, text) => {
  const { header, ...made } = read(text)
  const [der] = (header['x5c'] as string[] | undefined) ?? []
  if (der !== undefined)
    return holds(createPublicKey({ key: Buffer.from(der, 'base64'), type: 'spki', format: 'der' }), made)
  return holds(createPublicKey({ key: header['jwk'] as never, format: 'jwk' }), made)
}

const looksTheKeyUp: CarelessVerifier = async (_ring, text) => {
  const { header, ...made } = read(text)
  const { keys } = (await (await fetch(String(header['jku']))).json()) as { keys: readonly unknown[] }
  return holds(createPublicKey({ key: keys[0] as never, format: 'jwk' }), made)
}

// u1 and u2 are 0 when r and s are: the point at infinity, whose x was taken for 0.
const forgetsRanges: CarelessVerifier = async (_ring, text) => {
  const [r, s] = splitSignature(read(text).signed.toString('base64url'))
  return r % P256.n === 0n && s % P256.n === 0n
}

const looksForTheSignatureAlone: CarelessVerifier = async (ring, text) => {
  const { header, ...made } = read(text)
  return holds(keyFor(ring, header['kid']), made)
}

const onlyDecodes: CarelessVerifier = async (_ring, text) => 'alg' in read(text).header

/** Careless verifiers, and the kinds of attack that each lets through. */
export const CARELESS: readonly (readonly [name: string, verifier: CarelessVerifier, kinds: readonly string[]])[] = [
  ['believes the algorithm of the header', believesTheHeader, ['none', 'hmac']],
  ['takes the key from the header', takesTheKeyAlong, ['embedded key']],
  ['fetches the key', looksTheKeyUp, ['key address']],
  ['checks no range', forgetsRanges, ['odd values']],
  [
    'verifies the signature and believes the rest',
    looksForTheSignatureAlone,
    ['kid', 'doubled members', 'extension', 'confusion', 'times', 'claims', 'payload', 'spelling', 'form', 'nesting'],
  ],
  ['decodes and verifies nothing', onlyDecodes, ['algorithm', 'signature']],
]
