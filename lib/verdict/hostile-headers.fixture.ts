import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import {
  type Attack,
  attacks,
  encoded,
  type Loot,
  partsOf,
  publicKeyOf,
  signature,
  signTexts,
  TYPE_OF,
  withHeader,
} from '#lib/verdict/hostile-jwts.fixture.ts'

const thief = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** The key set that an attacker would have us fetch. */
export const THIEFS_KEYS = { keys: [{ ...thief.publicKey.export({ format: 'jwk' }), kid: 'thief', alg: 'ES256' }] }

const byThief = ({ genuine }: Loot, change: Readonly<Record<string, unknown>>): string => {
  const { members, payload } = partsOf(genuine)
  const input = `${encoded(JSON.stringify({ ...members, alg: 'ES256', ...change }))}.${payload}`
  return `${input}.${encoded(sign('sha256', Buffer.from(input), { key: thief.privateKey, dsaEncoding: 'ieee-p1363' }))}`
}

/** A key that comes with the token (RFC 8725 §3.5). */
export const embedded = (loot: Loot): Promise<readonly Attack[]> => {
  const [jwk] = THIEFS_KEYS.keys
  const der = thief.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const ours = publicKeyOf(loot.key).export({ format: 'jwk' })
  return attacks('embedded key', [
    ['jwk', byThief(loot, { jwk })],
    ['jwk under the name of ours', byThief(loot, { jwk: { ...jwk, kid: loot.key.kid } })],
    ['jwk, and its own kid', byThief(loot, { jwk, kid: 'thief' })],
    ['jwk, and no kid', byThief(loot, { jwk, kid: undefined })],
    ['jwk that is a secret', byThief(loot, { jwk: { kty: 'oct', k: encoded('secret') } })],
    ['jwk that is ours, signed by us', withHeader(loot, { jwk: ours })],
    ['x5c', byThief(loot, { x5c: [der] })],
    ['x5c, and no kid', byThief(loot, { x5c: [der], kid: undefined })],
    ['x5t', withHeader(loot, { x5t: encoded('thumbprint') })],
    ['x5t#S256', withHeader(loot, { 'x5t#S256': encoded('thumbprint') })],
    ['a key of the thief, and nothing of it said', byThief(loot, {})],
  ])
}

/** An address where a key would be found: nobody may even look (RFC 8725 §3.10). */
export const addressed = (loot: Loot): Promise<readonly Attack[]> => {
  const { trap } = loot
  const changes: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['jku', { jku: `${trap}/jku` }],
    ['jku, and the thief’s kid', { jku: `${trap}/jku`, kid: 'thief' }],
    ['jku with our name before it', { jku: trap.replace('://', '://id.example@') }],
    ['x5u', { x5u: `${trap}/x5u` }],
    ['x5u, and no kid', { x5u: `${trap}/x5u`, kid: undefined }],
    ['jwks_uri', { jwks_uri: `${trap}/jwks` }],
    ['kid that is an address', { kid: `${trap}/k` }],
    ['jku of a file', { jku: 'file:///etc/passwd' }],
    ['iss in the header', { iss: trap }],
  ]
  return attacks('key address', [
    ...changes.map(([name, change]) => [name, byThief(loot, change)] as const),
    ...changes.map(([name, change]) => [`${name}, signed by us`, withHeader(loot, change)] as const),
  ])
}

const otherCase = (letter: string) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase())

const KIDS: readonly (readonly [string, (kid: string) => unknown])[] = [
  ['a path', () => '../../../../../../dev/null'],
  ['another path', () => '/etc/hostname'],
  ['SQL', () => "' OR '1'='1"],
  ['more SQL', (kid) => `${kid}' UNION SELECT 'secret' --`],
  ['NUL', () => '\0'],
  ['ours and NUL', (kid) => `${kid}\0`],
  ['ours and a space', (kid) => `${kid} `],
  ['ours in other letters', (kid) => kid.replaceAll(/[a-z]/gi, otherCase)],
  ['a command', () => '|/bin/true'],
  ['65 characters', () => 'k'.repeat(65)],
  ['5000 characters', () => 'k'.repeat(5000)],
  ['__proto__', () => '__proto__'],
  ['constructor', () => 'constructor'],
  ['toString', () => 'toString'],
  ['hasOwnProperty', () => 'hasOwnProperty'],
  ['a list of ours', (kid) => [kid]],
  ['an object', (kid) => ({ kid })],
  ['a number', () => 0],
  ['true', () => true],
  ['null', () => null],
  ['nothing', () => ''],
  ['left out', () => undefined],
  ['a template', () => '${7*7}'],
  ['a line', (kid) => `${kid}\r\nX-Auth-Subject: root`],
]

/** A `kid` that reaches for a file, a table or a prototype: signed by us, so that nothing else is wrong. */
export const misnamed = (loot: Loot): Promise<readonly Attack[]> => {
  const { members, payload } = partsOf(loot.genuine)
  const emptyKey = (kid: unknown) => {
    const input = `${encoded(JSON.stringify({ ...members, alg: 'HS256', kid }))}.${payload}`
    return `${input}.${createHmac('sha256', '').update(input).digest('base64url')}`
  }
  return attacks('kid', [
    ...KIDS.map(([name, make]) => [name, withHeader(loot, { kid: make(loot.key.kid) })] as const),
    ...KIDS.map(([name, make]) => [`${name}, HMAC with nothing`, emptyKey(make(loot.key.kid))] as const),
    ['of the other kind’s key', withHeader(loot, { kid: loot.otherKey.kid })],
  ])
}

/** Members that stand twice: who reads the first and who reads the last would read two tokens (RFC 7515 §4, RFC 7519 §4). */
export const doubled = ({ key, genuine, now }: Loot): Promise<readonly Attack[]> => {
  const { members, claims } = partsOf(genuine)
  const [header, payload] = [JSON.stringify(members), JSON.stringify(claims)]
  const first = (text: string, name: string, value: unknown) => `{"${name}":${JSON.stringify(value)},${text.slice(1)}`
  const last = (text: string, name: string, value: unknown) =>
    `${text.slice(0, -1)},"${name}":${JSON.stringify(value)}}`
  const both = (name: string, odd: unknown, good: unknown) =>
    name in members
      ? ([
          [`${name}, the first wrong`, signTexts(key, first(header, name, odd), payload)],
          [`${name}, the last wrong`, signTexts(key, last(header, name, odd), payload)],
          [`${name}, twice the same`, signTexts(key, last(header, name, good), payload)],
        ] as const)
      : ([
          [`${name}, the first wrong`, signTexts(key, header, first(payload, name, odd))],
          [`${name}, the last wrong`, signTexts(key, header, last(payload, name, odd))],
          [`${name}, twice the same`, signTexts(key, header, last(payload, name, good))],
        ] as const)
  return attacks('doubled members', [
    ...both('alg', 'none', members['alg']),
    ...both('kid', 'thief', members['kid']),
    ...both('typ', 'JWT', members['typ']),
    ...['iss', 'aud', 'sub', 'jti', 'tenantId'].flatMap((name) => both(name, 'globex', claims[name])),
    ...both('iat', now + 86_400, claims['iat']),
    ...('exp' in claims ? both('exp', now - 1, claims['exp']) : []),
    ['alg, once with an escape', signTexts(key, `{"\\u0061lg":"none",${header.slice(1)}`, payload)],
    ['sub, once with an escape', signTexts(key, header, `{"s\\u0075b":"globex",${payload.slice(1)}`)],
  ])
}

/** What an extension would change: who does not know it must refuse (RFC 7515 §4.1.11). */
export const extended = async (loot: Loot): Promise<readonly Attack[]> => {
  const { key, genuine } = loot
  const { members, payload } = partsOf(genuine)
  const text = Buffer.from(payload, 'base64url').toString()
  const head = encoded(JSON.stringify({ ...members, b64: false, crit: ['b64'] }))
  const zipped = JSON.stringify({ ...members, zip: 'DEF' })
  return attacks('extension', [
    ['crit b64', withHeader(loot, { crit: ['b64'], b64: true })],
    ['b64 false, payload as it is', `${head}.${text}.${await signature(key, `${head}.${text}`)}`],
    ['b64 false, payload apart', `${head}..${await signature(key, `${head}.${text}`)}`],
    ['b64 false, encoded all the same', withHeader(loot, { crit: ['b64'], b64: false })],
    ['b64 alone', withHeader(loot, { b64: false })],
    ['crit of nobody', withHeader(loot, { crit: ['urn:example:nobody'], 'urn:example:nobody': true })],
    ['crit exp', withHeader(loot, { crit: ['exp'], exp: 1 })],
    ['crit alg', withHeader(loot, { crit: ['alg'] })],
    ['crit empty', withHeader(loot, { crit: [] })],
    ['crit no list', withHeader(loot, { crit: 'b64' })],
    ['zip', signTexts(key, zipped, deflateRawSync(text))],
    ['zip, and not zipped', withHeader(loot, { zip: 'DEF' })],
    ['zip of a bomb', signTexts(key, zipped, deflateRawSync(Buffer.alloc(1_000_000)))],
    ['cty', withHeader(loot, { cty: 'JWT' })],
    ['a member of nobody', withHeader(loot, { admin: true })],
    ['a prototype', signTexts(key, `{"__proto__":{"alg":"none"},${JSON.stringify(members).slice(1)}`, text)],
    ['epk', withHeader(loot, { epk: publicKeyOf(key).export({ format: 'jwk' }) })],
  ])
}

const TYPES = ['JWT', 'jwt', 'at+JWT', 'AT+JWT', 'application/at+jwt', 'JOSE', 'JOSE+JSON', '', 'at+jwt ', 'latchkey']
// Kinds that others sign, and that we may sign for another use one day.
const OTHER_KINDS = [
  'dpop+jwt',
  'token-introspection+jwt',
  'logout+jwt',
  'secevent+jwt',
  'oauth-authz-req+jwt',
  'id+jwt',
]

/** One kind of ours taken for another (RFC 8725 §2.8, §3.11): by its type, by its key. */
export const confused = (loot: Loot): Promise<readonly Attack[]> => {
  const { purpose, key, otherKey, genuine } = loot
  const { members, payload } = partsOf(genuine)
  const otherType = TYPE_OF[purpose === 'access' ? 'bearer' : 'access']
  const text = Buffer.from(payload, 'base64url').toString()
  const signedAs = (signer: typeof key, kid: string, typ: string) =>
    signTexts(signer, JSON.stringify({ ...members, alg: signer.algorithm, kid, typ }), text)
  return attacks('confusion', [
    ...[...TYPES, ...OTHER_KINDS].map((typ) => [`typ ${JSON.stringify(typ)}`, withHeader(loot, { typ })] as const),
    ['no typ', withHeader(loot, { typ: undefined })],
    ['a list of its typ', withHeader(loot, { typ: [TYPE_OF[purpose]] })],
    ['the other typ', withHeader(loot, { typ: otherType })],
    ['its typ, by the other key', signedAs(otherKey, otherKey.kid, TYPE_OF[purpose])],
    ['its typ and kid, by the other key', signedAs(otherKey, key.kid, TYPE_OF[purpose])],
    ['its key, under the other kid', signedAs(key, otherKey.kid, TYPE_OF[purpose])],
    ['the claims of this kind as the other', signedAs(otherKey, otherKey.kid, otherType)],
  ])
}
