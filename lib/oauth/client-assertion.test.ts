import { base64url } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type OwnKey, ownKey, signAssertion } from '#db/contract/own-key-client.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { CLIENT_ALGORITHMS, type ClientAlgorithm, publicKeySet } from '#lib/keys/public-key-set.ts'
import {
  type AssertionClaims,
  decideAssertion,
  inspectAssertion,
  verifyAssertion,
} from '#lib/oauth/client-assertion.ts'
import { DECOY_KEYS } from '#lib/oauth/decoy-keys.ts'

const NOW = 1_800_000_000
const CLIENT = '0f8fad5b-d9cb-469f-a165-70867728950e'
const ISSUER = 'https://id.example'

const keys = new Map<ClientAlgorithm, OwnKey>()
const keyOf = (alg: ClientAlgorithm): OwnKey => {
  const key = keys.get(alg)
  if (!key) throw new Error(alg)
  return key
}
beforeAll(async () => {
  for (const alg of CLIENT_ALGORITHMS) keys.set(alg, await ownKey(alg))
})

const stored = (id: string, ...own: readonly OwnKey[]) => ({
  id,
  endsAt: null,
  keySet: parseInput(publicKeySet, { keys: own.map(({ publicJwk }) => publicJwk) }),
})

const sign = (key: OwnKey, change: Parameters<typeof signAssertion>[1] = {}) =>
  signAssertion({ clientId: CLIENT, now: NOW, key }, change)

const verify = async (text: string, ...sets: readonly ReturnType<typeof stored>[]) => {
  const assertion = inspectAssertion(text)
  return assertion && (await verifyAssertion(assertion, sets))
}

describe('the signature', () => {
  it.each(CLIENT_ALGORITHMS)('by %s is verified by the key that signed it, and by no other', async (alg) => {
    const key = keyOf(alg)
    const text = await sign(key)
    expect(await verify(text, stored('c-1', key))).toMatchObject({ credentialId: 'c-1', claims: { iss: CLIENT } })
    expect(await verify(text, stored('c-1', await ownKey(alg)))).toBeUndefined()
    expect(await verify(text)).toBeUndefined()
  })

  it('of an Ed25519 key goes by either name', async () => {
    const key = keyOf('Ed25519')
    const text = await sign({ ...key, alg: 'EdDSA' })
    expect(await verify(text, stored('c-1', key))).toBeDefined()
  })

  it('of an RSA key is of the one algorithm it was registered for', async () => {
    const registered = keyOf('PS256')
    const { privateKey } = registered
    expect(await verify(await sign(registered), stored('c-1', registered))).toBeDefined()
    const asRs256 = { ...registered, publicJwk: { ...registered.publicJwk, alg: 'RS256' } }
    expect(await verify(await sign({ ...registered, privateKey }), stored('c-1', asRs256))).toBeUndefined()
  })

  it('is tried with the two sets that end last, and tells which it was', async () => {
    const [now, former, older] = [keyOf('ES256'), await ownKey('ES256'), await ownKey('ES256')]
    const sets = [stored('c-3', now), stored('c-2', former), stored('c-1', older)]
    expect((await verify(await sign(now), ...sets))?.credentialId).toBe('c-3')
    expect((await verify(await sign(former), ...sets))?.credentialId).toBe('c-2')
    expect(await verify(await sign(older), ...sets)).toBeUndefined()
  })

  it('by one of several keys names it', async () => {
    const [a, b] = [await ownKey('ES256', 'a'), await ownKey('ES256', 'b')]
    const set = stored('c-1', a, b)
    expect(await verify(await sign(b, { header: { kid: 'b' } }), set)).toBeDefined()
    expect(await verify(await sign(b, { header: { kid: 'a' } }), set)).toBeUndefined()
    expect(await verify(await sign(b), set)).toBeUndefined()
  })

  it('by the only key may name it or not, but never another', async () => {
    const [named, nameless] = [await ownKey('ES256', 'a'), keyOf('ES256')]
    expect(await verify(await sign(named), stored('c-1', named))).toBeDefined()
    expect(await verify(await sign(named, { header: { kid: 'x' } }), stored('c-1', named))).toBeUndefined()
    expect(await verify(await sign(nameless, { header: { kid: 'x' } }), stored('c-1', nameless))).toBeDefined()
  })

  it.each(CLIENT_ALGORITHMS)('by %s costs two verifications, whatever its client has', async (alg) => {
    const key = keyOf(alg)
    const text = await sign(key)
    const set = stored('c-1', key)
    const stores = [[], [set], [stored('c-1', await ownKey(alg))], [set, set, set], [stored('c-1', await ownKey())]]
    for (const sets of stores) {
      const verifying = vi.spyOn(crypto.subtle, 'verify')
      await verify(text, ...sets)
      expect(verifying).toHaveBeenCalledTimes(2)
      verifying.mockRestore()
    }
  })

  it('cannot be made for a decoy, which is a key like any other', () => {
    for (const [alg, key] of Object.entries(DECOY_KEYS))
      expect(parseInput(publicKeySet, { ...key, alg }).keys[0]?.alg).toBe(alg)
  })
})

describe('the form', () => {
  const headerOf = (header: object): string => base64url.encode(JSON.stringify(header))
  const bodyOf = base64url.encode(JSON.stringify({ sub: CLIENT }))

  it.each([
    ['nothing', ''],
    ['one part', 'abc'],
    ['two parts', `${headerOf({ alg: 'ES256' })}.${bodyOf}`],
    ['four parts', `${headerOf({ alg: 'ES256' })}.${bodyOf}.a.b`],
    ['no signature', `${headerOf({ alg: 'ES256' })}.${bodyOf}.`],
    ['padding', `${headerOf({ alg: 'ES256' })}.${bodyOf}.YQ==`],
    ['stray bits', `${headerOf({ alg: 'ES256' })}.${bodyOf}.YR`],
    ['a header that is no JSON', `YWJj.${bodyOf}.YQ`],
    ['a header that is a list', `${headerOf([])}.${bodyOf}.YQ`],
    ['claims that are no JSON', `${headerOf({ alg: 'ES256' })}.YWJj.YQ`],
    ['no sub', `${headerOf({ alg: 'ES256' })}.${base64url.encode('{}')}.YQ`],
    ['a sub that is no text', `${headerOf({ alg: 'ES256' })}.${base64url.encode('{"sub":5}')}.YQ`],
    ['too much', `${headerOf({ alg: 'ES256' })}.${'A'.repeat(LIMITS.credentialBytes)}.YQ`],
  ])('is refused: %s', (_, text) => {
    expect(inspectAssertion(text)).toBeUndefined()
  })

  it.each([
    { alg: 'none' },
    { alg: 'NONE' },
    { alg: 'HS256' },
    { alg: 'ES384' },
    { alg: 'RS512' },
    {},
    { alg: 'ES256', jwk: { kty: 'EC' } },
    { alg: 'ES256', jku: 'https://attacker.example' },
    { alg: 'ES256', x5u: 'https://attacker.example' },
    { alg: 'ES256', x5c: ['MII'] },
    { alg: 'ES256', crit: ['exp'] },
    { alg: 'ES256', b64: false },
    { alg: 'ES256', zip: 'DEF' },
    { alg: 'ES256', kid: 5 },
    { alg: 'ES256', kid: 'x'.repeat(129) },
    { alg: 'ES256', typ: 'at+jwt' },
    { alg: 'ES256', typ: 'latchkey-access+jwt' },
    { alg: 'ES256', typ: 'token-introspection+jwt' },
    { alg: 'ES256', typ: 'dpop+jwt' },
  ])('is refused with the header %j', (header) => {
    expect(inspectAssertion(`${headerOf(header)}.${bodyOf}.YQ`)).toBeUndefined()
  })

  it.each(['JWT', 'jwt', 'application/jwt', 'client-authentication+jwt', undefined])('may say typ %s', (typ) => {
    const text = `${headerOf({ alg: 'ES256', ...(typ ? { typ } : {}), kid: 'a', x5t: 'b' })}.${bodyOf}.YQ`
    expect(inspectAssertion(text)).toEqual({ text, clientId: CLIENT, alg: 'ES256', kid: 'a' })
  })
})

describe('what it must say', () => {
  it.each([
    ['no iss', { iss: undefined }],
    ['no aud', { aud: undefined }],
    ['no exp', { exp: undefined }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['a jti that is a number', { jti: 5 }],
    ['an exp that is a text', { exp: '1800000060' }],
    ['an exp with a fraction', { exp: NOW + 0.5 }],
    ['two audiences', { aud: [ISSUER, 'https://other.example'] }],
    ['no audience in a list', { aud: [] }],
  ])('all of it: %s is refused, signed or not', async (_, claims) => {
    const key = keyOf('ES256')
    expect(await verify(await sign(key, { claims }), stored('c-1', key))).toBeUndefined()
  })

  const said = (change: Partial<AssertionClaims> = {}): AssertionClaims => ({
    iss: CLIENT,
    sub: CLIENT,
    aud: ISSUER,
    exp: NOW + 60,
    iat: NOW,
    nbf: NOW,
    jti: 'j',
    ...change,
  })
  const decide = (change: Partial<AssertionClaims> = {}) =>
    decideAssertion(said(change), { issuers: [ISSUER, 'https://former.example'], now: NOW })

  it.each([
    ['nothing of iat and nbf', { iat: undefined, nbf: undefined }],
    ['a former issuer', { aud: 'https://former.example' }],
    ['five minutes', { exp: NOW + 300 }],
    ['one second more', { exp: NOW + 1 }],
    ['a clock that is a minute early', { iat: NOW + 60, nbf: NOW + 60 }],
    ['an iat of long ago', { iat: 5 }],
  ])('is good with %s', (_, change) => {
    expect(decide(change)).toEqual({ good: true })
  })

  it.each([
    ['somebody else’s iss', { iss: 'another' }, 'iss and sub differ'],
    ['another server’s name', { aud: 'https://other.example' }, 'aud is not our issuer'],
    ['the token endpoint', { aud: `${ISSUER}/oauth/token` }, 'aud is not our issuer'],
    ['the issuer with a slash', { aud: `${ISSUER}/` }, 'aud is not our issuer'],
    ['an end that has come', { exp: NOW }, 'expired'],
    ['more than five minutes', { exp: NOW + 301 }, 'exp is too far ahead'],
    ['an iat to come', { iat: NOW + 61 }, 'not good yet'],
    ['an nbf to come', { nbf: NOW + 61 }, 'not good yet'],
  ])('is refused with %s', (_, change, why) => {
    expect(decide(change)).toEqual({ good: false, why })
  })
})
