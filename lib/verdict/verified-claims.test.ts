import { createHmac, generateKeyPairSync } from 'node:crypto'
import { importPKCS8, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'
import { signTexts } from '#lib/verdict/hostile-jwts.fixture.ts'
import { verifyClaims } from '#lib/verdict/verified-claims.ts'

const NOW = 1_800_000_000
const ISSUER = 'https://id.example'
const AUDIENCE = 'https://api.example'
const names = { issuers: new Set([ISSUER]), audiences: new Set([AUDIENCE]) }
const TYPES = { access: 'latchkey-access+jwt', bearer: 'at+jwt' } as const

const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'token-1', jti: 'jwt-1', iat: NOW, exp: NOW + 60, tenantId: 'acme' }

let ring: KeyRing
beforeAll(async () => {
  ring = await newKeyRing()
})

type Making = {
  readonly purpose?: KeyPurpose
  readonly header?: Record<string, unknown>
  readonly claims?: Record<string, unknown>
}

const sign = ({ purpose = 'access', header = {}, claims = {} }: Making = {}) => {
  const { kid, algorithm, privateKey } = ring.signing(purpose)
  return new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: algorithm, kid, typ: TYPES[purpose], ...header })
    .sign(privateKey)
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const verify = (text: string) => verifyClaims(ring, names, text)
const parts = async (making?: Making) => (await sign(making)).split('.') as [string, string, string]
const KID = () => ring.signing('access').kid

describe('a JWT of ours', () => {
  it('says where its row is', async () => {
    expect(await verify(await sign())).toEqual({
      purpose: 'access',
      tenantId: 'acme',
      tokenId: 'token-1',
      id: 'jwt-1',
      issuer: ISSUER,
      audience: AUDIENCE,
      issuedAt: NOW,
      expiresAt: NOW + 60,
      notBefore: NOW - 60,
      familyId: undefined,
      scope: undefined,
    })
    const bearer = await sign({ purpose: 'bearer', claims: { sid: 'family-1', scope: 'a:b c:d' } })
    expect(await verify(bearer)).toMatchObject({ purpose: 'bearer', familyId: 'family-1', scope: ['a:b', 'c:d'] })
  })

  it.each(['EdDSA', 'RS256'] as const)('verifies with %s too', async (algorithm) => {
    const other = await newKeyRing(algorithm)
    const { kid, privateKey } = other.signing('access')
    const text = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: algorithm, kid, typ: TYPES.access })
      .sign(privateKey)
    expect(await verifyClaims(other, names, text)).toMatchObject({ tokenId: 'token-1' })
    expect(await verify(text)).toBeUndefined()
  })
})

describe('a payload signed by us', () => {
  const signed = (payload: string) => signTexts(ring.signing('access'), HEADER(), payload)
  const HEADER = () => JSON.stringify({ alg: 'ES256', kid: KID(), typ: TYPES.access })

  it.each(['', 'hello', '{', '[]', 'null', JSON.stringify(CLAIMS).replace('{', '{ ')])(
    'is refused, and no error, when it is %j',
    async (payload) => {
      expect(await verify(await signed(payload))).toBeUndefined()
    },
  )

  it('says nothing twice', async () => {
    const text = JSON.stringify(CLAIMS)
    expect(await verify(await signed(text))).toBeDefined()
    expect(await verify(await signed(`{"sub":"token-2",${text.slice(1)}`))).toBeUndefined()
  })

  it('verifies whatever its metadata is called', async () => {
    const metadata = JSON.parse('{"10":"a","2":"b","__proto__":{"c":1},"\\ud800":"\\u2028","e":1e21}')
    expect(await verify(await sign({ claims: { metadata } }))).toBeDefined()
  })
})

describe('claims that are refused', () => {
  it.each([
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['another audience', { claims: { aud: 'https://evil.example' } }],
    ['several audiences', { claims: { aud: [AUDIENCE, 'https://evil.example'] } }],
    ['no subject', { claims: { sub: '' } }],
    ['a subject that PostgreSQL cannot be asked for', { claims: { sub: 'token-1\0' } }],
    ['a tenant that it cannot be asked for', { claims: { tenantId: 'ac\0me' } }],
    ['an id that it cannot be asked for', { claims: { jti: '\0' } }],
    ['a number as text', { claims: { exp: '1900000000' } }],
    ['a float', { claims: { exp: NOW + 0.5 } }],
    ['a negative time', { claims: { iat: -1 } }],
    ['no tenant', { claims: { tenantId: undefined } }],
    ['no id', { claims: { jti: undefined } }],
    ['a bearer JWT without an end', { purpose: 'bearer', claims: { exp: undefined, sid: 'family-1' } }],
    ['a bearer JWT without a family', { purpose: 'bearer' }],
    ['the type of the other purpose', { header: { typ: 'at+jwt' } }],
    ['the type JWT', { header: { typ: 'JWT' } }],
    ['no type', { header: { typ: undefined } }],
    ['an embedded key', { header: { jwk: { kty: 'EC' } } }],
    ['a key address', { header: { jku: 'https://evil.example/keys' } }],
    ['a certificate address', { header: { x5u: 'https://evil.example/cert' } }],
    ['an unknown key', { header: { kid: 'another' } }],
    ['a hostile key id', { header: { kid: "' or 1=1 --" } }],
    ['no key id', { header: { kid: undefined } }],
  ] satisfies readonly (readonly [string, Making])[])('%s', async (_, making) => {
    expect(await verify(await sign(making))).toBeUndefined()
  })
})

describe('a forged or mangled text', () => {
  const forgedHeader = async (header: Record<string, unknown>, signature = '') => {
    const [, payload] = await parts()
    return `${encode({ kid: KID(), typ: TYPES.access, ...header })}.${payload}.${signature}`
  }

  it.each(['none', 'None', 'NONE', 'nOnE', 'HS256', 'ES384', 'RS256', ''])('with alg %j', async (alg) => {
    const [, , signature] = await parts()
    expect(await verify(await forgedHeader({ alg }))).toBeUndefined()
    expect(await verify(await forgedHeader({ alg }, signature))).toBeUndefined()
  })

  it('signed by HMAC with the public key', async () => {
    const [, payload] = await parts()
    const head = encode({ alg: 'HS256', kid: KID(), typ: TYPES.access })
    const key = JSON.stringify(ring.verifying(KID())?.publicJwk)
    const signature = createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url')
    expect(await verify(`${head}.${payload}.${signature}`)).toBeUndefined()
  })

  it('signed by a key of somebody else under our key id', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const text = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'ES256', kid: KID(), typ: TYPES.access })
      .sign(await importPKCS8(pem, 'ES256'))
    expect(await verify(text)).toBeUndefined()
  })

  it('with an empty, zero, borrowed or cut signature', async () => {
    const [head, payload, signature] = await parts()
    const [, , borrowed] = await parts({ claims: { sub: 'token-2' } })
    const zero = Buffer.alloc(64).toString('base64url')
    for (const forged of ['', zero, borrowed, signature.slice(0, -4)])
      expect(await verify(`${head}.${payload}.${forged}`)).toBeUndefined()
  })

  it('in any spelling but the canonical one', async () => {
    const text = await sign()
    const last = text.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = alphabet
      .split('')
      .filter((character) => character !== last)
      .map((c) => `${text.slice(0, -1)}${c}`)
    const padded = [
      `${text}=`,
      `${text}==`,
      ` ${text}`,
      `${text} `,
      `${text}\n`,
      text.replace('.', '. '),
      text.toUpperCase(),
    ]
    for (const spelling of [...spellings, ...padded]) expect(await verify(spelling)).toBeUndefined()
  })

  it.each(['', '.', '..', '...', 'a.b', 'a.b.c', 'a.b.c.d', 'a.b.c.d.e', '{"payload":""}', 'x'.repeat(9000)])(
    'that is none: %.20j',
    async (text) => {
      expect(await verify(text)).toBeUndefined()
    },
  )
})
