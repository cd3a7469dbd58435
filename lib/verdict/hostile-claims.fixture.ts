import { type Attack, attacks, type Loot, partsOf, withClaims, withPayload } from '#lib/verdict/hostile-jwts.fixture.ts'

// Signed with our own key: the claim alone is wrong.

const TIMES: readonly (readonly [string, (now: number) => Readonly<Record<string, unknown>>])[] = [
  ['exp past', (now) => ({ exp: now - 1 })],
  ['exp now', (now) => ({ exp: now })],
  ['exp 0', () => ({ exp: 0 })],
  ['exp negative', () => ({ exp: -1 })],
  ['exp as text', (now) => ({ exp: String(now + 60) })],
  ['exp as a date', () => ({ exp: '2030-01-01T00:00:00Z' })],
  ['exp a float', (now) => ({ exp: now + 60.5 })],
  ['exp true', () => ({ exp: true })],
  ['exp null', () => ({ exp: null })],
  ['exp a list', (now) => ({ exp: [now + 60] })],
  ['exp an object', (now) => ({ exp: { valueOf: now + 60 } })],
  ['exp beyond integers', () => ({ exp: 2 ** 60 })],
  ['iat in the future', (now) => ({ iat: now + 61 })],
  ['iat in milliseconds', (now) => ({ iat: now * 1000 })],
  ['iat negative', () => ({ iat: -1 })],
  ['iat as text', (now) => ({ iat: String(now) })],
  ['iat a float', (now) => ({ iat: now - 0.5 })],
  ['iat null', () => ({ iat: null })],
  ['iat left out', () => ({ iat: undefined })],
  ['nbf in the future', (now) => ({ nbf: now + 1 })],
  ['nbf as text', (now) => ({ nbf: String(now + 1) })],
  ['nbf negative', () => ({ nbf: -1 })],
  ['nbf a float', () => ({ nbf: 0.5 })],
  ['nbf null', () => ({ nbf: null })],
]

// Numbers as no JSON.stringify writes them.
const NUMBERS = ['1e400', '-1e400', '1E400', '19e8', '1.9e9', '1900000000.0', '-0', '1e-400', '99999999999999999999']

/** Times that are wrong, or no times. */
export const untimely = (loot: Loot): Promise<readonly Attack[]> => {
  const { claims } = partsOf(loot.genuine)
  const written = (name: string, number: string) => {
    const text = JSON.stringify({ ...claims, [name]: 'here' }).replace('"here"', number)
    return withPayload(loot, text)
  }
  return attacks('times', [
    ...TIMES.map(([name, change]) => [name, withClaims(loot, change(loot.now))] as const),
    ...['exp', 'iat', 'nbf'].flatMap((name) =>
      NUMBERS.map((number) => [`${name} ${number}`, written(name, number)] as const),
    ),
    ...(loot.purpose === 'bearer' ? ([['no exp', withClaims(loot, { exp: undefined })]] as const) : []),
  ])
}

const ofTexts = (name: string) =>
  [
    [`${name} left out`, { [name]: undefined }],
    [`${name} empty`, { [name]: '' }],
    [`${name} null`, { [name]: null }],
    [`${name} a number`, { [name]: 5 }],
    [`${name} an object`, { [name]: {} }],
    [`${name} of nobody`, { [name]: 'nobody' }],
    [`${name} __proto__`, { [name]: '__proto__' }],
    [`${name} SQL`, { [name]: "' OR '1'='1" }],
    [`${name} NUL`, { [name]: 'a\0b' }],
    [`${name} long`, { [name]: 'x'.repeat(4000) }],
  ] as const

/** Claims of a wrong kind, of somebody else, or of nobody. */
export const mistaken = (loot: Loot): Promise<readonly Attack[]> => {
  const { claims } = partsOf(loot.genuine)
  const other = partsOf(loot.other).claims
  const { iss, aud } = claims
  const listed = ['iss', 'aud', 'sub', 'jti', 'tenantId']
  const changes: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    // Which bearer JWT it is, is told to auditors and decides nothing.
    ...listed.filter((name) => name !== 'jti' || loot.purpose === 'access').flatMap(ofTexts),
    ...listed.map((name) => [`${name} in a list`, { [name]: [claims[name]] }] as const),
    ['iss with a slash', { iss: `${String(iss)}/` }],
    ['iss in capitals', { iss: String(iss).toUpperCase() }],
    ['iss by http', { iss: String(iss).replace('https', 'http') }],
    ['iss that leads elsewhere', { iss: loot.trap }],
    ['aud ours and another', { aud: [aud, 'https://evil.example'] }],
    ['aud no list', { aud: [] }],
    ['aud with a slash', { aud: `${String(aud)}/` }],
    ['another tenant', { tenantId: 'globex' }],
    ['another tenant, another token', { tenantId: 'globex', sub: other['sub'] }],
    ['scope a list', { scope: ['projects:read'] }],
    ['scope a number', { scope: 7 }],
    ['sid a number', { sid: 7 }],
    ...(loot.purpose === 'access'
      ? ([
          ['the token of another', { sub: other['sub'] }],
          ['the id of another', { jti: other['jti'] }],
        ] as const)
      : ([['no sid', { sid: undefined }]] as const)),
  ]
  return attacks(
    'claims',
    changes.map(([name, change]) => [name, withClaims(loot, change)]),
  )
}

/** Payloads that are no claims at all, or not written as we write them. */
export const shapeless = (loot: Loot): Promise<readonly Attack[]> => {
  const { claims } = partsOf(loot.genuine)
  const text = JSON.stringify(claims)
  const payloads: readonly (readonly [string, string | Uint8Array])[] = [
    ['no JSON', 'hello'],
    ['half of its JSON', text.slice(0, text.length / 2)],
    ['JSON and more', `${text}{}`],
    ['a list', `[${text}]`],
    ['a text', JSON.stringify(text)],
    ['null', 'null'],
    ['a number', '5'],
    ['an empty object', '{}'],
    ['one byte', Buffer.of(0)],
    ['no UTF-8', Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.of(0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)])],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['a byte order mark', `\ufeff${text}`],
    ['spaces', JSON.stringify(claims, null, 1)],
    ['a line feed after it', `${text}\n`],
    ['a comment', text.replace('{', '{/**/')],
    ['a comma too many', text.replace('}', ',}')],
    ['single quotes', text.replaceAll('"', "'")],
    ['needless escapes', text.replace('"iss"', '"\\u0069ss"')],
    ['depth', '['.repeat(5000)],
    ['depth that closes', `${'['.repeat(2500)}${']'.repeat(2500)}`],
    ['a prototype', `{"__proto__":${text}}`],
    ['NUL after it', `${text}\0`],
  ]
  return attacks(
    'payload',
    payloads.map(([name, payload]) => [name, withPayload(loot, payload)]),
  )
}
