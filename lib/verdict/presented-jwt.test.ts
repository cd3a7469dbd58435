import { describe, expect, it } from 'vitest'
import { inspectJwt } from '#lib/verdict/presented-jwt.ts'

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const HEADER = { alg: 'ES256', kid: 'key-1', typ: 'latchkey-access+jwt' }
const PAYLOAD = encoded({ sub: 'token-1' })
const SIGNATURE = Buffer.alloc(64, 7).toString('base64url')
const jwt = (header: unknown = HEADER, payload = PAYLOAD, signature = SIGNATURE) =>
  [encoded(header), payload, signature].join('.')

describe('the header of a JWT of ours', () => {
  it.each([
    ['latchkey-access+jwt', 'access'],
    ['at+jwt', 'bearer'],
  ])('of typ %s says that it is for %s', (typ, purpose) => {
    expect(inspectJwt(jwt({ ...HEADER, typ }))).toEqual({ kid: 'key-1', alg: 'ES256', purpose })
  })

  it.each<readonly [string, object]>([
    ['no typ', { typ: undefined }],
    ['the typ of any JWT', { typ: 'JWT' }],
    ['a typ in another case', { typ: 'AT+JWT' }],
    ['the long name of a typ', { typ: 'application/at+jwt' }],
    ['no kid', { kid: undefined }],
    ['a kid that is no text', { kid: 5 }],
    ['a kid too long', { kid: 'k'.repeat(65) }],
    ['no alg', { alg: undefined }],
    ['an alg that is no text', { alg: ['ES256'] }],
    ['a key of its own', { jwk: { kty: 'EC' } }],
    ['the address of a key', { jku: 'https://evil.example/keys' }],
    ['a certificate', { x5c: ['AAAA'] }],
    ['the address of a certificate', { x5u: 'https://evil.example' }],
    ['what must be understood', { crit: ['b64'], b64: false }],
    ['compression', { zip: 'DEF' }],
    ['a content type', { cty: 'JWT' }],
  ])('with %s is none', (_, change) => {
    expect(inspectJwt(jwt({ ...HEADER, ...change }))).toBeUndefined()
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a text', '"ES256"'],
    ['null', 'null'],
    ['nothing', ' '],
  ])('that is %s is none', (_, text) => {
    expect(inspectJwt(jwt(text))).toBeUndefined()
  })

  it('takes a kid of 64 characters', () => {
    expect(inspectJwt(jwt({ ...HEADER, kid: 'k'.repeat(64) }))?.kid).toHaveLength(64)
  })
})

describe('the form of a JWT', () => {
  const text = jwt()
  const [header = '', payload = '', signature = ''] = text.split('.')

  it.each<readonly [string, string]>([
    ['nothing', ''],
    ['two segments', `${header}.${payload}`],
    ['four segments', `${text}.${signature}`],
    ['a dot at the end', `${text}.`],
    ['a dot before', `.${text}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['padding', `${text}==`],
    ['padding in the header', `${header}=.${payload}.${signature}`],
    ['a space after', `${text} `],
    ['a line after', `${text}\n`],
    ['a space within', `${header}. ${payload}.${signature}`],
    ['plain base64', `${header}.${payload}.${'+/'.repeat(43)}`],
    ['percent signs', encodeURIComponent(`${text} `)],
    ['its scheme', `Bearer ${text}`],
    ['quotes', `"${text}"`],
    ['NUL', `${text}\0`],
    ['JSON serialisation', JSON.stringify({ payload, protected: header, signature })],
  ])('with %s is not ours', (_, other) => {
    expect(inspectJwt(other)).toBeUndefined()
  })

  it('has one spelling: no other last character of any segment is read', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = [...alphabet].map((last) => `${header}.${payload}.${signature.slice(0, -1)}${last}`)
    const read = spellings.filter((spelling) => inspectJwt(spelling) !== undefined)
    // 64 bytes are 86 characters, the last of which carries two bits: four spellings are canonical, of four signatures.
    expect(read).toHaveLength(4)
    expect(
      new Set(read.map((spelling) => Buffer.from(spelling.split('.')[2] ?? '', 'base64url').toString('hex'))).size,
    ).toBe(4)
  })

  it('has at most 8 KiB', () => {
    const padded = (length: number) => {
      const rest = length - jwt(HEADER, '').length
      return jwt(HEADER, 'A'.repeat(rest))
    }
    expect(padded(8192)).toHaveLength(8192)
    expect(inspectJwt(padded(8192))).toBeDefined()
    expect(inspectJwt(padded(8193))).toBeUndefined()
    expect(inspectJwt(padded(8196))).toBeUndefined()
  })
})
