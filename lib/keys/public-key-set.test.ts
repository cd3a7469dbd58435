import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#lib/config/limits.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { CLIENT_ALGORITHMS, holdsPrivateKey, publicKeySet, thumbprint } from '#lib/keys/public-key-set.ts'

type Pair = { readonly publicJwk: JWK; readonly privateJwk: JWK }

const pairOf = async (alg: string, options: Parameters<typeof generateKeyPair>[1] = {}): Promise<Pair> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options })
  return { publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
}

let ec: Pair
let okp: Pair
let rsa: Pair
beforeAll(async () => {
  ;[ec, okp, rsa] = await Promise.all([pairOf('ES256'), pairOf('EdDSA'), pairOf('RS256')])
})

const read = (given: unknown) => parseInput(publicKeySet, given)

/** The one sentence with which it was refused. */
const refusal = (given: unknown): string => {
  try {
    read(given)
  } catch (thrown) {
    if (isPortalError(thrown)) return thrown.fields?.['request']?.join('|') ?? ''
  }
  return 'not refused'
}

describe('a public key', () => {
  it('is taken as text or object, alone or in a set', () => {
    const { kty, crv, x, y } = ec.publicJwk
    const taken = { keys: [{ kty, crv, x, y, alg: 'ES256' }] }
    expect(read(ec.publicJwk)).toEqual(taken)
    expect(read(`\n ${JSON.stringify(ec.publicJwk)}\n`)).toEqual(taken)
    expect(read({ keys: [ec.publicJwk] })).toEqual(taken)
    expect(read(JSON.stringify({ keys: [ec.publicJwk] }))).toEqual(taken)
  })

  it('says which algorithm it verifies, or its kind does', () => {
    const algOf = (jwk: JWK) => read(jwk).keys[0]?.alg
    expect(algOf(ec.publicJwk)).toBe('ES256')
    expect(algOf(okp.publicJwk)).toBe('Ed25519')
    expect(algOf({ ...okp.publicJwk, alg: 'EdDSA' })).toBe('EdDSA')
    expect(algOf(rsa.publicJwk)).toBe('RS256')
    expect(algOf({ ...rsa.publicJwk, alg: 'PS256' })).toBe('PS256')
    expect([...CLIENT_ALGORITHMS].sort()).toEqual(['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256'])
  })

  it('is kept without anything that is not of the key', () => {
    const noise = { use: 'sig', key_ops: ['verify'], ext: true, x5c: ['MII'], x5u: 'https://a.example', note: 'mine' }
    const { keys } = read({ ...ec.publicJwk, ...noise, kid: 'one' })
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'x', 'y'])
  })

  it('has the thumbprint of RFC 7638', async () => {
    for (const { publicJwk } of [ec, okp, rsa]) {
      const [key] = read({ ...publicJwk, kid: 'one' }).keys
      expect(key && thumbprint(key)).toBe(await calculateJwkThumbprint(publicJwk))
    }
  })
})

describe('what is no public key', () => {
  it('is refused when it is the private one, in whatever form', () => {
    const sentence = /^This is the private key\. Keep it to yourself/
    for (const { privateJwk } of [ec, okp, rsa]) {
      expect(refusal(privateJwk)).toMatch(sentence)
      expect(refusal(JSON.stringify({ keys: [privateJwk] }))).toMatch(sentence)
    }
    expect(refusal({ kty: 'RSA', oth: [] })).toMatch(sentence)
    expect(refusal('-----BEGIN PRIVATE KEY-----\nMII')).toMatch(sentence)
    expect(refusal('-----BEGIN RSA PRIVATE KEY-----\nMII')).toMatch(sentence)
  })

  it('is refused when it is a shared secret', () => {
    expect(refusal({ kty: 'oct', k: 'c2VjcmV0' })).toMatch(/^This is a shared secret/)
    expect(refusal({ kty: 'oct' })).toMatch(/^This is a shared secret/)
  })

  it.each([
    ['a number', 5, 'Give a public key as a JSON Web Key.'],
    ['nothing', undefined, 'Give a public key as a JSON Web Key.'],
    ['an empty text', ' ', 'Paste a public key.'],
    ['words', 'my key', /^This is no JSON/],
    ['a text in quotes', '"EC"', 'A key is a JSON object.'],
    ['null', 'null', 'A key is a JSON object.'],
    ['an address', 'https://client.example/jwks.json', 'Paste the key itself: an address is not read.'],
    ['PEM', '-----BEGIN PUBLIC KEY-----', 'Write the key as a JSON Web Key: {"kty": …}.'],
    ['no key', { keys: [] }, 'The set holds no key.'],
    ['keys that are no list', { keys: { kty: 'EC' } }, 'The set holds no key.'],
    ['an object that is none', {}, 'A key says its “kty”: EC, OKP or RSA.'],
    ['another curve', { kty: 'EC', crv: 'P-384' }, 'Use a key of the curve P-256 or Ed25519, or an RSA key.'],
    ['another kind', { kty: '__proto__', crv: 'x' }, 'Use a key of the curve P-256 or Ed25519, or an RSA key.'],
    [
      'a point off the curve',
      { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
      'This is no public key: its numbers do not belong together.',
    ],
    ['half a key', { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43) }, /do not belong together/],
    ['numbers that are none', { kty: 'RSA', n: '!!', e: 'AQAB' }, 'An RSA key has 2048 to 4096 bits.'],
    ['too much', `{"kty":"${'x'.repeat(LIMITS.clientKeysBytes)}"}`, /^Use at most 8192 bytes/],
  ])('is refused: %s', (_, given, sentence) => {
    expect(refusal(given)).toMatch(sentence)
  })

  it('is refused when it is not for signatures, or for another algorithm', () => {
    expect(refusal({ ...ec.publicJwk, use: 'enc' })).toMatch(/“use” is not “sig”/)
    expect(refusal({ ...ec.publicJwk, key_ops: ['encrypt'] })).toMatch(/“key_ops”/)
    for (const kid of ['', 5, 'x'.repeat(129)]) expect(refusal({ ...ec.publicJwk, kid })).toMatch(/“kid”/)
    expect(refusal({ ...ec.publicJwk, alg: 'HS256' })).toBe('A key of this kind signs with ES256.')
    expect(refusal({ ...ec.publicJwk, alg: 'none' })).toBe('A key of this kind signs with ES256.')
    expect(refusal({ ...rsa.publicJwk, alg: 'RSA-OAEP' })).toBe('A key of this kind signs with RS256 or PS256.')
    expect(refusal({ ...okp.publicJwk, alg: 'ES256' })).toBe('A key of this kind signs with Ed25519 or EdDSA.')
  })

  it('is refused when it is an RSA key that is too short, too long, or of a weak exponent', async () => {
    const short = await pairOf('RS256', { modulusLength: 2048 })
    const halved = { ...short.publicJwk, n: Buffer.alloc(128, 0xc5).toString('base64url') }
    expect(refusal(halved)).toBe('An RSA key has 2048 to 4096 bits.')
    const long = { ...short.publicJwk, n: Buffer.alloc(1024, 0xc5).toString('base64url') }
    expect(refusal(long)).toBe('An RSA key has 2048 to 4096 bits.')
    expect(refusal({ ...short.publicJwk, e: 'Aw' })).toBe('An RSA key has the public exponent 65537.')
    expect(refusal({ ...short.publicJwk, e: 'AQ' })).toBe('An RSA key has the public exponent 65537.')
  })
})

describe('a set', () => {
  it('holds up to eight keys, each with a kid of its own', async () => {
    const pairs = await Promise.all(Array.from({ length: 9 }, () => pairOf('EdDSA')))
    const keys = pairs.map(({ publicJwk }, index) => ({ ...publicJwk, kid: `k${index}` }))
    expect(read({ keys: keys.slice(0, 8) }).keys.map(({ kid }) => kid)).toEqual(keys.slice(0, 8).map(({ kid }) => kid))
    expect(refusal({ keys })).toBe('Register at most 8 keys.')
  })

  it('is refused with keys that cannot be told apart', () => {
    const one = { ...ec.publicJwk, kid: 'one' }
    expect(refusal({ keys: [one, { ...okp.publicJwk }] })).toBe('Where there are several keys, each needs a “kid”.')
    expect(refusal({ keys: [one, { ...okp.publicJwk, kid: 'one' }] })).toBe('Two keys have the same “kid”.')
    expect(refusal({ keys: [one, { ...ec.publicJwk, kid: 'two' }] })).toBe('The same key stands there twice.')
    expect(
      refusal({
        keys: [
          { ...okp.publicJwk, kid: 'o' },
          { ...ec.privateJwk, kid: 'p' },
        ],
      }),
    ).toMatch(/private key/)
  })
})

it('knows a private key by its text', () => {
  for (const { privateJwk, publicJwk } of [ec, okp, rsa]) {
    expect(holdsPrivateKey(JSON.stringify(privateJwk, null, 2))).toBe(true)
    expect(holdsPrivateKey(JSON.stringify({ keys: [publicJwk] }))).toBe(false)
  }
  expect(holdsPrivateKey('{"kty":"oct","k" : "c2VjcmV0"}')).toBe(true)
  expect(holdsPrivateKey('-----BEGIN EC PRIVATE KEY-----')).toBe(true)
})
