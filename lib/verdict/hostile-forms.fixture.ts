import { CompactEncrypt, importJWK } from 'jose'
import {
  type Attack,
  attacks,
  encoded,
  type Loot,
  partsOf,
  publicKeyOf,
  signTexts,
  withHeader,
  withPayload,
} from '#lib/verdict/hostile-jwts.fixture.ts'

const plain = (segment: string) => Buffer.from(segment, 'base64url').toString('base64')
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

// Other last characters that decode to the same bytes: the bits that no byte needs.
const respelt = (segment: string): readonly string[] =>
  [...ALPHABET]
    .map((last) => `${segment.slice(0, -1)}${last}`)
    .filter((other) => other !== segment && Buffer.from(other, 'base64url').equals(Buffer.from(segment, 'base64url')))

/** The same bytes in another spelling: a token's text is no identity (rule 9). */
export const misspelt = (loot: Loot): Promise<readonly Attack[]> => {
  const { header, payload, signed, members, claims } = partsOf(loot.genuine)
  const respeltRows = [
    ...respelt(header).map((other) => `${other}.${payload}.${signed}`),
    ...respelt(payload).map((other) => `${header}.${other}.${signed}`),
    ...respelt(signed).map((other) => `${header}.${payload}.${other}`),
  ].map((text, index) => [`stray bits ${index}`, text] as const)
  const headerAs = (text: string | Uint8Array) => signTexts(loot.key, text, JSON.stringify(claims))
  return attacks('spelling', [
    ...respeltRows,
    ['padding', `${header}.${payload}.${signed}==`],
    ['padding of the header', `${header}=.${payload}.${signed}`],
    ['padding of the payload', `${header}.${payload}=.${signed}`],
    ['base64 with its padding', [header, payload, signed].map(plain).join('.')],
    ['base64 for the signature', `${header}.${payload}.${plain(signed)}`],
    ['a space in the signature', `${header}.${payload}.${signed.slice(0, 9)} ${signed.slice(9)}`],
    ['a line feed in the payload', `${header}.${payload.slice(0, 9)}\n${payload.slice(9)}.${signed}`],
    ['encoded twice', [header, payload, signed].map(encoded).join('.')],
    ['a header with spaces', headerAs(JSON.stringify(members, null, 1))],
    ['a header with a line feed after it', headerAs(`${JSON.stringify(members)}\n`)],
    ['a header with a byte order mark', headerAs(`\ufeff${JSON.stringify(members)}`)],
    ['a header in UTF-16', headerAs(Buffer.from(JSON.stringify(members), 'utf16le'))],
    ['a header with needless escapes', headerAs(JSON.stringify(members).replace('"alg"', '"\\u0061lg"'))],
    ['a header that is a list', headerAs(JSON.stringify([members]))],
    ['a header that is null', headerAs('null')],
    ['a header that is no JSON', headerAs('alg')],
    ['a header of depth', headerAs(`{"alg":${'['.repeat(2000)}`)],
  ])
}

/** Anything that is no compact JWS of three parts (RFC 7515 §7.1). */
export const misshapen = (loot: Loot): Promise<readonly Attack[]> => {
  const { genuine } = loot
  const { header, payload, signed, claims } = partsOf(genuine)
  return attacks('form', [
    ['nothing', ''],
    ['one dot', '.'],
    ['dots alone', '..'],
    ['more dots alone', '....'],
    ['a dot before', `.${genuine}`],
    ['a dot after', `${genuine}.`],
    ['two dots within', `${header}..${payload}.${signed}`],
    ['a fourth part', `${genuine}.${signed}`],
    ['itself twice', `${genuine}.${genuine}`],
    ['two parts', `${header}.${payload}`],
    ['a payload apart', `${header}..${signed}`],
    ['no header', `.${payload}.${signed}`],
    ['flattened JSON', JSON.stringify({ payload, protected: header, signature: signed })],
    ['general JSON', JSON.stringify({ payload, signatures: [{ protected: header, signature: signed }] })],
    ['JSON in base64url', encoded(JSON.stringify({ payload, protected: header, signature: signed }))],
    ['an unprotected header', JSON.stringify({ payload, header: { alg: 'none' }, signature: '' })],
    ['its claims alone', JSON.stringify(claims)],
    ['its scheme', `Bearer ${genuine}`],
    ['quotes', `"${genuine}"`],
    ['in capitals', genuine.toUpperCase()],
    ['percent signs', genuine.replaceAll('.', '%2E')],
    ['a space after', `${genuine} x`],
    ['a line feed after', `${genuine}\n`],
    ['NUL after', `${genuine}\0`],
    ['two of them', `${genuine},${genuine}`],
    ['two of them, a space between', `${genuine} ${loot.other}`],
    ['a parameter after', `${genuine}; admin=true`],
    ['9000 characters', 'a'.repeat(9000)],
    ['9000 dots', '.'.repeat(9000)],
    ['20,000 characters of three parts', `${header}.${'A'.repeat(20_000)}.${signed}`],
  ])
}

const encrypted = async (loot: Loot, protectedHeader: { alg: string; enc: string; [name: string]: unknown }) => {
  const { key, genuine } = loot
  const text = new TextEncoder().encode(genuine)
  if (protectedHeader.alg === 'dir')
    return new CompactEncrypt(text).setProtectedHeader(protectedHeader).encrypt(Buffer.alloc(32, 7))
  const jwk = publicKeyOf(key).export({ format: 'jwk' })
  return new CompactEncrypt(text).setProtectedHeader(protectedHeader).encrypt(await importJWK(jwk, protectedHeader.alg))
}

const ENCRYPTION_OF = { ES256: 'ECDH-ES', RS256: 'RSA-OAEP-256', EdDSA: 'dir' } as const

/** JWTs within JWTs, and encrypted ones: nothing is unwrapped. */
export const nested = async (loot: Loot): Promise<readonly Attack[]> => {
  const { key, genuine } = loot
  const alg = ENCRYPTION_OF[key.algorithm]
  const jwe = await encrypted(loot, { alg, enc: 'A256GCM', cty: 'JWT', kid: key.kid })
  const [, second = '', third = '', fourth = '', fifth = ''] = jwe.split('.')
  // A count of rounds that would keep a server busy for hours (RFC 8725 §3.10 in spirit, CVE-2023-50967).
  const costly = encoded(
    JSON.stringify({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31 - 1, p2s: 'AAAAAAAAAAA' }),
  )
  return attacks('nesting', [
    ['a JWT as payload', withPayload(loot, genuine)],
    ['a JWT as JSON text', withPayload(loot, JSON.stringify(genuine))],
    ['a JWT as payload, and told so', withHeader(loot, { cty: 'JWT' })],
    ['encrypted for our key', jwe],
    ['encrypted by a known secret', encrypted(loot, { alg: 'dir', enc: 'A256GCM', cty: 'JWT' })],
    ['encrypted, with our typ', encrypted(loot, { alg, enc: 'A256GCM', typ: 'at+jwt', kid: key.kid })],
    [
      'encrypted and zipped',
      `${encoded(JSON.stringify({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }))}..${third}.${fourth}.${fifth}`,
    ],
    ['five empty parts', '....'],
    ['rounds without end', `${costly}.${second === '' ? 'AAAA' : second}.${third}.${fourth}.${fifth}`],
    ['three parts of an encrypted one', jwe.split('.').slice(0, 3).join('.')],
  ])
}
