import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LeakWorld, leakWorld } from '#db/contract/leak-world.ts'
import { account } from '#db/contract/token-fixture.ts'
import { createKeyStore } from '#db/key-store.ts'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import type { KeyStore } from '#lib/keys/key-store.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { SCANNERS, type Scanner, scannerRules } from '#lib/leaks/scanner-rules.ts'
import { ACCESS_JWT_TYPE, mintCredential } from '#lib/tokens/mint-credential.ts'

const URL_HERE = 'https://id.example'

let world: LeakWorld
let keyStore: KeyStore
let printed: Readonly<Record<Scanner, string>>
beforeAll(async () => {
  world = await leakWorld()
  keyStore = createKeyStore(world.connection)
  const print = scannerRules({ ...world.ports, keyStore })
  printed = { gitleaks: await print('gitleaks'), trufflehog: await print('trufflehog'), github: await print('github') }
})
afterAll(() => world.remove())

const PRINTED: Readonly<Record<Scanner, RegExp>> = {
  gitleaks: /^regex = '''(.+)'''$/gm,
  trufflehog: /^ +credential: '(.+)'$/gm,
  github: /^Secret format: (.+)$/gm,
}

/** The expressions that a scanner was given: of client secrets, refresh tokens, access tokens, calendars. */
const sourcesOf = (scanner: Scanner) =>
  [...printed[scanner].matchAll(PRINTED[scanner])].map(([, source = '']) => source)

const foundIn = (scanner: Scanner, text: string) =>
  sourcesOf(scanner).flatMap((source, index) => (new RegExp(source).test(text) ? [index] : []))

const BOUND: Readonly<Record<Scanner, readonly [before: string, after: string]>> = {
  gitleaks: ['', ''],
  trufflehog: ['', ''],
  github: ['(?:^|[^0-9A-Za-z_-])', '(?:$|[^0-9A-Za-z_-])'],
}

/** What of a text a scanner takes for an access token, and reports. */
const accessTokenIn = (scanner: Scanner, text: string) => {
  const [before, after] = BOUND[scanner]
  const [, , source = ''] = sourcesOf(scanner)
  const found = new RegExp(`${before}(?<token>${source})${after}`).exec(text)
  return found?.groups?.['token']
}

const surrounded = (text: string) => [
  text,
  `KEY=${text}`,
  `"${text}",`,
  `Bearer ${text}\n`,
  `https://x.example/?key=${text}&page=2`,
  `key: '${text}'`,
]

describe.each(SCANNERS)('what %s is given', (scanner) => {
  it('is four rules in what RE2, Hyperscan and JavaScript have in common', () => {
    const sources = sourcesOf(scanner)
    expect(sources).toHaveLength(4)
    for (const source of sources) expect(source).not.toMatch(/\(\?[^:]|\\[1-9kK]|[*+?}]\+|'/)
  })

  it('finds every client secret and refresh token, wherever it stands', async () => {
    for (let time = 0; time < 40; time += 1) {
      const bytes = world.ports.randomness.bytes(32)
      for (const text of surrounded(formatSecret('lks_', bytes))) expect(foundIn(scanner, text)).toEqual([0])
      for (const text of surrounded(formatSecret('lkr_', bytes))) expect(foundIn(scanner, text)).toEqual([1])
      for (const text of surrounded(`${URL_HERE}/calendar/${formatSecret('lkc_', bytes)}.ics`))
        expect(foundIn(scanner, text)).toEqual([3])
    }
    for (const filling of [0, 255])
      expect(foundIn(scanner, formatSecret('lks_', new Uint8Array(32).fill(filling)))).toEqual([0])
  })

  it('finds what this portal mints', async () => {
    const client = await world.client()
    const answer = await world.ask(client.credentials())
    expect(foundIn(scanner, client.secret.clientSecret)).toEqual([0])
    expect(foundIn(scanner, answer.refresh_token)).toEqual([1])
    for (const asked of [{}, { expiry: { kind: 'after', seconds: 3600 } }] as const)
      for (const text of surrounded((await world.accessToken('mia', asked)).text))
        expect(foundIn(scanner, text)).toEqual([2])
    const { text } = await world.accessToken('olga', account())
    expect(foundIn(scanner, text)).toEqual([2])
  })

  it('does not find what only looks like it', async () => {
    const client = await world.client()
    const { access_token: bearer } = await world.ask(client.credentials())
    const secret = client.secret.clientSecret
    const access = (await world.accessToken()).text
    const { kid, privateKey } = world.ports.keyRing.signing('access')
    const jwt = (header: Record<string, string>, claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, typ: ACCESS_JWT_TYPE, ...header }).sign(privateKey)
    const claims = { iss: 'https://id.example', sub: 'x'.repeat(36) }
    const [head, payload] = access.split('.')
    for (const text of [
      bearer,
      await jwt({ typ: 'JWT' }, claims),
      await jwt({ kid: 'k' }, claims),
      await jwt({}, { ...claims, iss: 'https://id.example.evil.example' }),
      await jwt({}, { ...claims, iss: 'https://other.example' }),
      await jwt({}, { sub: 'x'.repeat(36), iss: 'https://id.example' }),
      `${head}.${payload}.`,
      `${head}.${payload}`,
      secret.slice(0, -1),
      secret.replace('lks_', 'lkz_'),
      secret.replace('lks_', 'lks-'),
      `lks_${'z'.repeat(49)}`,
      'lks_', // a word in a text
      'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    ])
      expect([text, foundIn(scanner, text)]).toEqual([text, []])
  })
})

describe('an access token', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'signed by %s is found whole, wherever it stands',
    async (algorithm) => {
      const keyRing = await newKeyRing(algorithm)
      const token = { ...(await world.accessToken()).token }
      const { secret } = await mintCredential(
        { ...world.ports, keyRing },
        { token, issuer: 'https://id.example', audience: 'https://id.example', now: world.clock.now() },
      )
      if (secret.type !== 'access_token') throw new TypeError('this is no access token')
      for (const scanner of SCANNERS)
        for (const text of surrounded(secret.accessToken)) {
          expect(foundIn(scanner, text)).toEqual([2])
          expect(accessTokenIn(scanner, text)).toBe(secret.accessToken)
        }
    },
  )

  it('of a former issuer is found as long as it verifies', async () => {
    const former = { issuer: 'https://new.example', formerIssuers: ['https://id.example'] }
    const settings = async () => ({ ...(await world.ports.environmentStore.settings()), ...former })
    const text = await scannerRules({ keyStore, environmentStore: { settings } })('github')
    const [, source = ''] = /^Secret format: (eyJ.+)$/m.exec(text) ?? []
    expect(new RegExp(source).test((await world.accessToken()).text)).toBe(true)
  })
})

describe('rules', () => {
  it('name the words that stand in every match, so that the rest is not tried', () => {
    for (const scanner of ['gitleaks', 'trufflehog'] as const)
      for (const keyword of ['lks_', 'lkr_', 'lkc_', 'eyJhbGciOi'])
        expect(printed[scanner]).toContain(JSON.stringify(keyword))
  })

  it('say where to report what was found, and send nothing themselves', () => {
    expect(printed.gitleaks).toContain(`${URL_HERE}/leaked`)
    expect(printed.trufflehog).toContain(`${URL_HERE}/leaked`)
    expect(printed.trufflehog).not.toMatch(/verify:|endpoint/)
  })

  it('for GitHub’s form come with a test string that they match, between what may stand around it', () => {
    const value = (name: string) =>
      [...printed.github.matchAll(new RegExp(`^${name}: +(.+)$`, 'gm'))].map(([, text = '']) => text)
    const tests = value('Test string')
    expect(tests).toHaveLength(4)
    for (const [index, format] of value('Secret format').entries()) {
      const [before = '', after = ''] = [value('Before secret')[index], value('After secret')[index]]
      const whole = `(?:${before.replace('\\A', '^')})(?:${format})(?:${after.replace('\\z', '$')})`
      expect(new RegExp(whole).test(tests[index] ?? '')).toBe(true)
      expect(new RegExp(whole).test(`${tests[index]}x`)).toBe(index === 2)
      expect(new RegExp(whole).test(`x${(tests[index] ?? '').replace('TOKEN=', '')}`)).toBe(false)
    }
  })
})
