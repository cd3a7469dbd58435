import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyProof } from '#lib/verdict/dpop-proof.ts'
import { type ClientKey, clientKey, type ProofChange, proofOf } from '#lib/verdict/proof.fixture.ts'
import { PROOF_ALGORITHMS } from '#lib/verdict/proof-key.ts'

const NOW = 1_800_000_000
const FOR = { method: 'POST', url: 'https://id.example/oauth/token', now: NOW }

let key: ClientKey
let rsa: ClientKey
beforeAll(async () => {
  key = await clientKey()
  rsa = await clientKey('RS256')
})

const make = (change?: ProofChange) => proofOf(key, FOR, change)
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const parts = async (change?: ProofChange) => (await make(change)).split('.') as [string, string, string]
const headerOf = (jwk: unknown = key.publicJwk, alg = 'ES256') => encode({ typ: 'dpop+jwt', alg, jwk })

describe('a proof', () => {
  it.each(PROOF_ALGORITHMS)('of %s says what was signed, and by which key', async (algorithm) => {
    const one = await clientKey(algorithm)
    const text = await proofOf(one, { ...FOR, accessToken: 'a.b.c', nonce: 'n' }, { payload: { jti: 'j' } })
    expect(await verifyProof(text)).toEqual({
      thumbprint: one.thumbprint,
      jti: 'j',
      htm: 'POST',
      htu: FOR.url,
      iat: NOW,
      ath: expect.stringMatching(/^[\w-]{43}$/),
      nonce: 'n',
    })
  })

  it('may say more than is asked for, of itself and of its key', async () => {
    const jwk = { ...key.publicJwk, kid: 'mine', use: 'sig', alg: 'ES256', key_ops: ['verify'], ext: true }
    const proof = await verifyProof(await make({ header: { jwk, kid: 'mine' }, payload: { sub: 'me' } }))
    expect(proof?.thumbprint).toBe(key.thumbprint)
    expect(proof).not.toHaveProperty('sub')
  })
})

describe('a header that is none of a proof', () => {
  it.each<readonly [string, () => Readonly<Record<string, unknown>>]>([
    ['no typ', () => ({ typ: undefined })],
    ['the typ of any JWT', () => ({ typ: 'JWT' })],
    ['the typ of an access token', () => ({ typ: 'at+jwt' })],
    ['the typ in another case', () => ({ typ: 'DPoP+JWT' })],
    ['the typ by its long name', () => ({ typ: 'application/dpop+jwt' })],
    ['no key', () => ({ jwk: undefined })],
    ['a key that is none', () => ({ jwk: 'key' })],
    ['a list of keys', () => ({ jwk: [key.publicJwk] })],
    ['the private key', () => ({ jwk: key.privateJwk })],
    ['an empty private member', () => ({ jwk: { ...key.publicJwk, d: '' } })],
    ['a private member of another kind of key', () => ({ jwk: { ...key.publicJwk, p: 'AQ' } })],
    ['a symmetric key', () => ({ jwk: { kty: 'oct', k: 'c2VjcmV0' } })],
    ['a key of another kind', () => ({ jwk: rsa.publicJwk })],
    ['half a key', () => ({ jwk: { ...key.publicJwk, y: undefined } })],
    ['a key on no curve', () => ({ jwk: { ...key.publicJwk, y: key.publicJwk.x } })],
    ['a key in another spelling', () => ({ jwk: { ...key.publicJwk, x: `${key.publicJwk.x}=` } })],
    ['a number for a member of the key', () => ({ jwk: { ...key.publicJwk, x: 5 } })],
    ['an address of a key in its place', () => ({ jwk: undefined, jku: 'https://evil.example/jwks' })],
    ['an extension to be understood', () => ({ crit: ['b64'], b64: true })],
  ])('%s', async (_, header) => {
    expect(await verifyProof(await make({ header: header() }))).toBeUndefined()
  })

  it.each(['none', 'None', 'NONE', '', 'HS256', 'HS512', 'ES256K', 'es256', 'RSA-OAEP', 'PS512'])(
    'alg %j, unsigned or signed with what everybody knows',
    async (alg) => {
      const [, payload, signature] = await parts()
      const head = encode({ typ: 'dpop+jwt', alg, jwk: key.publicJwk })
      const mac = createHmac('sha256', JSON.stringify(key.publicJwk)).update(`${head}.${payload}`).digest('base64url')
      for (const last of ['', signature, mac]) expect(await verifyProof(`${head}.${payload}.${last}`)).toBeUndefined()
    },
  )

  it('an RSA key that is too short, or dear to verify with', async () => {
    const [, payload, signature] = (await proofOf(rsa, FOR)).split('.') as [string, string, string]
    for (const jwk of [
      { ...rsa.publicJwk, n: Buffer.alloc(128, 0xff).toString('base64url') },
      { ...rsa.publicJwk, e: rsa.publicJwk.n },
      { ...rsa.publicJwk, e: 'AQ' },
    ])
      expect(await verifyProof(`${headerOf(jwk, 'RS256')}.${payload}.${signature}`)).toBeUndefined()
  })
})

describe('a signature that is none of the key in the header', () => {
  it('of another key', async () => {
    const other = await clientKey()
    expect(await verifyProof(await proofOf(other, FOR, { header: { jwk: key.publicJwk } }))).toBeUndefined()
  })

  it('of another payload, none at all, or nothing but zeros', async () => {
    const [head, payload, signature] = await parts()
    const others = await parts({ payload: { htm: 'GET' } })
    for (const [claims, last] of [
      [others[1], signature],
      [payload, others[2]],
      [payload, ''],
      [payload, Buffer.alloc(64).toString('base64url')],
      [payload, signature.slice(0, -2)],
    ])
      expect(await verifyProof(`${head}.${claims}.${last}`)).toBeUndefined()
  })

  it('of RSA with another padding', async () => {
    const [, payload, signature] = (await proofOf(rsa, FOR)).split('.') as [string, string, string]
    expect(await verifyProof(`${headerOf(rsa.publicJwk, 'PS256')}.${payload}.${signature}`)).toBeUndefined()
  })
})

describe('claims that are none of a proof', () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['a jti that is a number', { jti: 7 }],
    ['a jti too long', { jti: 'j'.repeat(257) }],
    ['no htm', { htm: undefined }],
    ['a list of methods', { htm: ['POST'] }],
    ['no htu', { htu: undefined }],
    ['a list of URLs', { htu: [FOR.url] }],
    ['no iat', { iat: undefined }],
    ['an iat in words', { iat: String(NOW) }],
    ['an iat with a fraction', { iat: NOW + 0.5 }],
    ['an iat before time', { iat: -1 }],
    ['an ath that is no text', { ath: true }],
    ['a nonce that is no text', { nonce: null }],
  ])('%s', async (_, payload) => {
    expect(await verifyProof(await make({ payload }))).toBeUndefined()
  })
})

describe('a form that is none of a proof', () => {
  it('two of them, or one in pieces', async () => {
    const text = await make()
    const [head, payload, signature] = await parts()
    for (const form of [
      '',
      '.',
      '..',
      `${text}, ${text}`,
      `${text},${text}`,
      `${text} `,
      `"${text}"`,
      `${text}=`,
      `${text}.`,
      `${text}.x`,
      `${head}.${payload}`,
      `${head}..${signature}`,
      `${encode('no JSON')}.${payload}.${signature}`,
      `${encode('null')}.${payload}.${signature}`,
      `${head}.${encode('[]')}.${signature}`,
      JSON.stringify({ protected: head, payload, signature }),
    ])
      expect(await verifyProof(form)).toBeUndefined()
  })

  it('more than 6 KiB, however good', async () => {
    expect(await verifyProof(await make({ payload: { pad: 'x'.repeat(4000) } }))).toBeDefined()
    expect(await verifyProof(await make({ payload: { pad: 'x'.repeat(6000) } }))).toBeUndefined()
  })
})
