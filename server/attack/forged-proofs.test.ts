import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { athOf, type ClientKey, clientKey, type ProofChange } from '#lib/verdict/proof.fixture.ts'
import { ME_URL, type ProvenWorld, provenWorld, TOKEN_URL } from '#server/attack/proven-world.fixture.ts'

// Every row is tried at the token endpoint and with a bound JWT, through edge and API: none may be accepted, and none
// may make the server fail.

let world: ProvenWorld
let thief: ClientKey
let rsa: ClientKey
let stolen = ''
beforeAll(async () => {
  world = await provenWorld()
  thief = await clientKey()
  rsa = await clientKey('RS256')
  stolen = await world.bound()
})
afterAll(() => world.remove())

/** Where a proof is presented: what a good one would say there. */
type Door = {
  readonly method: string
  readonly url: string
  readonly token: string | undefined
  present(proofs: readonly string[]): ReturnType<ProvenWorld['raw']>
}

const lines = (proofs: readonly string[]) => proofs.map((proof) => `DPoP: ${proof}`)
const DOORS: Readonly<Record<string, () => Door>> = {
  'the token endpoint': () => ({
    method: 'POST',
    url: TOKEN_URL,
    token: undefined,
    present: (proofs) => world.exchange(lines(proofs)),
  }),
  'a bound JWT': () => ({
    method: 'GET',
    url: ME_URL,
    token: stolen,
    present: (proofs) => world.raw('GET', '/api/v1/me', [`Authorization: DPoP ${stolen}`, ...lines(proofs)]),
  }),
}

const make = ({ method, url, token }: Door, change?: ProofChange, by: ClientKey = world.key) =>
  world.prove(method, url, token, change, by)
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const cut = async (door: Door, change?: ProofChange, by?: ClientKey) =>
  (await make(door, change, by)).split('.') as [string, string, string]
const head = (alg: string, jwk: unknown = world.key.publicJwk) => encode({ typ: 'dpop+jwt', alg, jwk })
const withHeader = (header: () => ProofChange['header']) => (door: Door) => make(door, { header: header() ?? {} })
const withClaims = (claims: (door: Door) => Readonly<Record<string, unknown>>) => (door: Door) =>
  make(door, { payload: claims(door) })
const otherUrl = (change: (url: URL) => string) => withClaims(({ url }) => ({ htu: change(new URL(url)) }))

type Row = readonly [string, (door: Door) => Promise<string | readonly string[]>]

const FORMS: readonly Row[] = [
  ['nonsense', async () => 'nonsense'],
  ['nothing in the header', async () => ''],
  ['two headers', async (door) => [await make(door), await make(door)]],
  ['the same header twice', async (door) => Array<string>(2).fill(await make(door))],
  ['two in one header', async (door) => `${await make(door)}, ${await make(door)}`],
  ['a dot more', async (door) => `${await make(door)}.`],
  ['padding', async (door) => `${await make(door)}=`],
  ['another last character', async (door) => (await make(door)).replace(/.$/, (last) => (last === 'B' ? 'C' : 'B'))],
  ['the JSON form of a JWS', async (door) => JSON.stringify({ payload: (await cut(door))[1], signatures: [] })],
  ['7 KiB of it', async (door) => make(door, { payload: { pad: 'x'.repeat(5000) } })],
  ['the access token in its place', async () => stolen],
]

const HEADERS: readonly Row[] = [
  ['no typ', withHeader(() => ({ typ: undefined }))],
  ['typ JWT', withHeader(() => ({ typ: 'JWT' }))],
  ['typ at+jwt', withHeader(() => ({ typ: 'at+jwt' }))],
  ['typ in capitals', withHeader(() => ({ typ: 'DPOP+JWT' }))],
  ['no key', withHeader(() => ({ jwk: undefined }))],
  ['an address of a key', withHeader(() => ({ jwk: undefined, jku: 'http://127.0.0.1:9/' }))],
  ['the private key', withHeader(() => ({ jwk: world.key.privateJwk }))],
  ['a symmetric key', withHeader(() => ({ jwk: { kty: 'oct', k: 'c2VjcmV0' } }))],
  ['a key on no curve', withHeader(() => ({ jwk: { ...world.key.publicJwk, y: world.key.publicJwk.x } }))],
  ['a key of another kind', withHeader(() => ({ jwk: rsa.publicJwk }))],
  ['a key of a prototype', withHeader(() => ({ jwk: { ['__proto__']: world.key.publicJwk } }))],
  ['an extension', withHeader(() => ({ crit: ['b64'], b64: true }))],
  ...['none', 'NONE', 'nOnE', '', 'HS256', 'ES256K', 'constructor'].map(
    (alg): Row => [
      `alg ${alg}`,
      async (door) => {
        const signed = `${head(alg)}.${(await cut(door))[1]}`
        const mac = createHmac('sha256', JSON.stringify(world.key.publicJwk)).update(signed).digest('base64url')
        return alg === 'HS256' ? `${signed}.${mac}` : `${signed}.${(await cut(door))[2]}`
      },
    ],
  ),
  ['alg none without a signature', async (door) => `${head('none')}.${(await cut(door))[1]}.`],
]

const SIGNATURES: readonly Row[] = [
  ['another key’s', async (door) => make(door, { header: { jwk: world.key.publicJwk } }, thief)],
  ['that of another proof', async (door) => [...(await cut(door)).slice(0, 2), (await cut(door))[2]].join('.')],
  ['zeros', async (door) => [...(await cut(door)).slice(0, 2), Buffer.alloc(64).toString('base64url')].join('.')],
  [
    'of another padding',
    async (door) => [head('PS256', rsa.publicJwk), ...(await cut(door, {}, rsa)).slice(1)].join('.'),
  ],
  [
    'under a short exponent',
    async (door) => [head('RS256', { ...rsa.publicJwk, e: 'AQ' }), ...(await cut(door, {}, rsa)).slice(1)].join('.'),
  ],
]

const CLAIMS: readonly Row[] = [
  ['another method', withClaims(() => ({ htm: 'PUT' }))],
  ['the method in small letters', withClaims(({ method }) => ({ htm: method.toLowerCase() }))],
  ['no method', withClaims(() => ({ htm: undefined }))],
  ['no URL', withClaims(() => ({ htu: undefined }))],
  ['a path alone', otherUrl(({ pathname }) => pathname)],
  ['another path', otherUrl(({ href }) => `${href}x`)],
  ['a slash behind', otherUrl(({ href }) => `${href}/`)],
  ['a slash twice', otherUrl(({ origin, pathname }) => `${origin}/${pathname}`)],
  ['an encoded slash', otherUrl(({ origin, pathname }) => `${origin}/${pathname.slice(1).replace('/', '%2F')}`)],
  ['the path in capitals', otherUrl(({ origin, pathname }) => `${origin}${pathname.toUpperCase()}`)],
  ['another host', otherUrl(({ pathname }) => `https://evil.example${pathname}`)],
  ['a host before ours', otherUrl(({ pathname }) => `https://id.example@evil.example${pathname}`)],
  ['a host behind ours', otherUrl(({ pathname }) => `https://id.example.evil.example${pathname}`)],
  ['another scheme', otherUrl(({ href }) => href.replace('https', 'http'))],
  ['another port', otherUrl(({ pathname }) => `https://id.example:8443${pathname}`)],
  ['backslashes', otherUrl(({ href }) => href.replaceAll('/', '\\'))],
  ['our URL in the query of another', otherUrl(({ href }) => `https://evil.example/?${href}`)],
  ['our URL behind a fragment', otherUrl(({ href }) => `https://evil.example/#${href}`)],
  ['no time', withClaims(() => ({ iat: undefined }))],
  ['too old', withClaims(() => ({ iat: world.clock.now() - 61 }))],
  ['of the future', withClaims(() => ({ iat: world.clock.now() + 61 }))],
  ['a time in words', withClaims(() => ({ iat: String(world.clock.now()) }))],
  ['a time beyond numbers', withClaims(() => ({ iat: Number.MAX_VALUE }))],
  ['its own end passed', withClaims(() => ({ exp: world.clock.now() }))],
  ['no jti', withClaims(() => ({ jti: undefined }))],
  ['an empty jti', withClaims(() => ({ jti: '' }))],
  ['a jti too long', withClaims(() => ({ jti: 'x'.repeat(257) }))],
  ['a jti that is a number', withClaims(() => ({ jti: 1 }))],
  ['a nonce of somebody', withClaims(() => ({ nonce: 'somebody' }))],
  ['an empty nonce', withClaims(() => ({ nonce: '' }))],
]

const CODES = /^(?:invalid_dpop_proof|use_dpop_nonce|credential\.dpop_(?:proof|nonce))$/

describe.each(Object.keys(DOORS))('at %s', (name) => {
  const door = (): Door => {
    const made = DOORS[name]
    if (!made) throw new TypeError(`no door ${name}`)
    return made()
  }

  it('a good proof opens', async () => {
    expect((await door().present([await make(door())])).status).toBe(200)
  })

  it.each([...FORMS, ...HEADERS, ...SIGNATURES, ...CLAIMS])('refused: %s', async (_, forge) => {
    const forged = await forge(door())
    const { status, json, headers } = await door().present(typeof forged === 'string' ? [forged] : forged)
    expect([status, String(json['code'] ?? json['error'])]).toEqual([
      name === 'a bound JWT' ? 401 : 400,
      expect.stringMatching(CODES),
    ])
    expect(headers['dpop-nonce']).toMatch(/^[\w-]{43}$/)
  })

  it('refused: what came before', async () => {
    const proof = await make(door())
    const answers = []
    for (let round = 0; round < 3; round += 1) answers.push((await door().present([proof])).status)
    expect(answers).toEqual([200, expect.any(Number), expect.any(Number)])
    expect(answers.slice(1).every((status) => status === 400 || status === 401)).toBe(true)
  })

  it('refused: what came before, at another door or written otherwise', async () => {
    const proof = await make(door())
    await door().present([proof])
    for (const other of Object.values(DOORS)) expect((await other().present([proof])).status).not.toBe(200)
  })

  it('refused by the server before it reads: 20 KiB', async () => {
    const { status } = await world.raw('GET', '/healthz', [`DPoP: ${'x'.repeat(20_000)}`])
    expect(status).toBe(431)
  })

  it.each([
    ['a query and a fragment', (url: string) => `${url}?a=b#c`],
    ['the default port', (url: string) => url.replace('id.example', 'id.example:443')],
    ['capitals in scheme and host', (url: string) => url.replace('https://id.example', 'HTTPS://ID.Example')],
    ['a dot segment', (url: string) => url.replace('id.example/', 'id.example/x/../')],
    ['a letter encoded', (url: string) => url.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`)],
  ])('good: the same URL with %s', async (_, write) => {
    const proof = await make(door(), { payload: { htu: write(door().url) } })
    expect((await door().present([proof])).status).toBe(200)
  })
})

describe('a stolen JWT', () => {
  const me = (...more: readonly string[]) => world.raw('GET', '/api/v1/me', more)
  const proofFor = (token: string, change?: ProofChange, by?: ClientKey) =>
    world.prove('GET', ME_URL, token, change, by)

  it('is refused with a proof of another key, and that key’s own JWT is not (saboteur)', async () => {
    const { status, json } = await me(`Authorization: DPoP ${stolen}`, `DPoP: ${await proofFor(stolen, {}, thief)}`)
    expect([status, json['code'], json['detail']]).toEqual([
      401,
      'credential.dpop_proof',
      expect.stringContaining('another key'),
    ])
    const own = await world.bound(thief)
    expect((await me(`Authorization: DPoP ${own}`, `DPoP: ${await proofFor(own, {}, thief)}`)).status).toBe(200)
  })

  it('is refused with a proof that was made for another JWT of the same key', async () => {
    const other = await world.bound()
    for (const ath of [undefined, athOf(other), athOf(`${stolen} `), stolen, '']) {
      const proof = await proofFor(stolen, { payload: { ath } })
      const { status, json } = await me(`Authorization: DPoP ${stolen}`, `DPoP: ${proof}`)
      expect([status, json['code']]).toEqual([401, 'credential.dpop_proof'])
    }
  })

  it('is refused as a bearer JWT, whatever stands beside it, and says how to send it', async () => {
    for (const more of [[], [`DPoP: ${await proofFor(stolen)}`]]) {
      const { status, json, headers } = await me(`Authorization: Bearer ${stolen}`, ...more)
      expect([status, json['code']]).toEqual([401, 'credential.bound'])
      expect(headers['www-authenticate']).toMatch(/^DPoP .*error="invalid_token".*algs="ES256 /)
    }
    const asKey = await me(`X-API-KEY: ${stolen}`, `DPoP: ${await proofFor(stolen)}`)
    expect(asKey.json['code']).toBe('credential.wrong_header')
  })

  it('learns nothing of how its token stands without its key', async () => {
    const client = await world.client()
    const proof = await world.prove('POST', TOKEN_URL)
    const { json } = await world.exchange([`DPoP: ${proof}`], client.credentials())
    const token = String(json['access_token'])
    await world.tokens.revoke(await world.as('mia'), client.token.id)
    const without = await me(`Authorization: DPoP ${token}`, `DPoP: ${await proofFor(token, {}, thief)}`)
    expect(without.json['code']).toBe('credential.dpop_proof')
    const withKey = await me(`Authorization: DPoP ${token}`, `DPoP: ${await proofFor(token)}`)
    expect([withKey.status, withKey.json['code']]).toEqual([401, 'token.revoked'])
    expect(withKey.headers['www-authenticate']).toMatch(/^DPoP .*error="invalid_token"/)
  })
})

describe('what is bound to no key', () => {
  it('is refused where a proof is expected', async () => {
    const { json } = await world.exchange([])
    const bearer = String(json['access_token'])
    const proof = await world.prove('GET', ME_URL, bearer)
    const refused = await world.raw('GET', '/api/v1/me', [`Authorization: DPoP ${bearer}`, `DPoP: ${proof}`])
    expect([refused.status, refused.json['code']]).toEqual([401, 'credential.unbound'])
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/)
    const { secret } = await world.tokens.issue(await world.as('mia'), {
      context: 'user',
      type: 'access_token',
      name: 'CI',
      grant: { mode: 'owner' },
      expiry: { kind: 'never' },
    })
    const access = secret.type === 'access_token' ? secret.accessToken : ''
    const asBound = await world.raw('GET', '/api/v1/me', [`Authorization: DPoP ${access}`, `DPoP: ${proof}`])
    expect([asBound.status, asBound.json['code']]).toEqual([401, 'credential.wrong_header'])
  })
})
