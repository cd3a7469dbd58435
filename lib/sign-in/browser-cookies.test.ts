import { describe, expect, it } from 'vitest'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { networkOf } from '#lib/policy/network-of.ts'
import { openAskingBrowser, sealAskingBrowser } from '#lib/sign-in/asking-browser.ts'
import { bucketsOf } from '#lib/sign-in/buckets.ts'
import { knownBrowser, rememberBrowser } from '#lib/sign-in/known-browser.ts'
import { isSessionLive, SESSION_IDLE_SECONDS, SESSION_LIFETIME_SECONDS } from '#lib/sign-in/session.ts'
import { cookieOf, isSid, sessionCookieRules } from '#lib/sign-in/session-cookie.ts'

const OLD = 'an old secret of the tests with more than thirty-two characters'
const NEW = 'a new secret of the tests with more than thirty-two characters'
const NOW = 1_800_000_000

const ring = createSecretRing([NEW])
const ports = { randomness: systemRandomness, secretRing: ring }

describe('a browser that signed in', () => {
  const cookie = rememberBrowser(ports, undefined, 'ada@example.com')

  it('is known to that account, by a name that says nothing, and to no other', () => {
    expect(knownBrowser(ports, cookie, 'ada@example.com')).toMatch(/^[\w-]{22}$/)
    expect(cookie).not.toContain('ada')
    expect(knownBrowser(ports, cookie, 'eve@example.com')).toBeUndefined()
    expect(knownBrowser(ports, undefined, 'ada@example.com')).toBeUndefined()
  })

  it.each(['', '~', '.', '~~~~', `${'a'.repeat(22)}.${'b'.repeat(43)}`, 'x'.repeat(10_000)])(
    'is not known by a made-up cookie: %#',
    (text) => {
      expect(knownBrowser(ports, text, 'ada@example.com')).toBeUndefined()
    },
  )

  it('is not known by a changed proof, nor under a secret that is gone', () => {
    const [nonce = '', digest = ''] = cookie.split('.')
    const other = nonce.startsWith('A') ? `B${nonce.slice(1)}` : `A${nonce.slice(1)}`
    expect(knownBrowser(ports, `${other}.${digest}`, 'ada@example.com')).toBeUndefined()
    const former = rememberBrowser({ ...ports, secretRing: createSecretRing([OLD]) }, undefined, 'ada@example.com')
    expect(knownBrowser({ secretRing: createSecretRing([NEW, OLD]) }, former, 'ada@example.com')).toBeDefined()
    expect(knownBrowser(ports, former, 'ada@example.com')).toBeUndefined()
  })

  it('gets a new name with each sign-in, and keeps one of each person', () => {
    const again = rememberBrowser(ports, cookie, 'ada@example.com')
    expect(again.split('~')).toHaveLength(1)
    expect(again).not.toBe(cookie)
  })

  it('remembers four people, the newest first, and forgets the fifth', () => {
    const people = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`)
    let kept: string | undefined
    for (const email of people) kept = rememberBrowser(ports, kept, email)
    expect(kept?.split('~')).toHaveLength(4)
    expect(people.map((email) => knownBrowser(ports, kept, email) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ])
  })
})

describe('a browser that asked for a mail', () => {
  const asking = { browser: 'random', email: 'ada@example.com', purpose: 'sign-in', next: '/a/acme' } as const
  const cookie = sealAskingBrowser(ring, asking)

  it('remembers what it asked for, unreadable', () => {
    expect(openAskingBrowser(ring, cookie)).toEqual(asking)
    expect(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('ada')
    expect(openAskingBrowser(createSecretRing([OLD, NEW]), cookie)).toEqual(asking)
  })

  it('remembers nothing of a cookie that is absent, changed, cut, or of another deployment', () => {
    const [secretId = '', sealed = ''] = cookie.split('.')
    const changed = `${secretId}.${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`
    for (const text of [undefined, '', '.', 'x', sealed, `${secretId}.`, cookie.slice(0, -2), changed])
      expect(openAskingBrowser(ring, text)).toBeUndefined()
    expect(openAskingBrowser(createSecretRing([OLD]), cookie)).toBeUndefined()
  })

  it('remembers nothing that was sealed for another use, or is of another form', () => {
    const sealedAs = (use: 'cookie' | 'mail-browser', context: string, text: string) => {
      const { sealed, secretId } = ring.seal(use, context, text)
      return openAskingBrowser(ring, `${secretId}.${sealed}`)
    }
    const context = 'a browser that asked for a mail'
    expect(sealedAs('mail-browser', context, JSON.stringify(asking))).toEqual(asking)
    expect(sealedAs('cookie', context, JSON.stringify(asking))).toBeUndefined()
    expect(sealedAs('mail-browser', 'another', JSON.stringify(asking))).toBeUndefined()
    expect(sealedAs('mail-browser', context, 'no JSON')).toBeUndefined()
    expect(sealedAs('mail-browser', context, JSON.stringify({ ...asking, purpose: 'set-up' }))).toBeUndefined()
  })
})

describe('the buckets of an attempt', () => {
  const email = 'ada@example.com'
  const scopes = (kind: 'password' | 'code' | 'mail', address: string | undefined, known?: string) =>
    bucketsOf(kind, { email, address, knownBrowser: known }).map(({ scope, text }) => `${scope} ${text}`)

  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'a stranger’s password',
      scopes('password', '192.0.2.1'),
      [`password-account ${email}`, 'password-address 192.0.2.1'],
    ],
    [
      'a stranger’s mail',
      scopes('mail', '2001:db8:1:2:3::4'),
      [`mail-account ${email}`, 'mail-address 2001:db8:1:2::/64'],
    ],
    ['a code, which has an address behind it already', scopes('code', '192.0.2.1'), [`code-account ${email}`]],
    ['a password from nowhere', scopes('password', undefined), [`password-account ${email}`]],
    [
      'a known browser',
      scopes('password', '192.0.2.1', 'name'),
      [`password-browser ${email}\nname`, `password-browsers ${email}`],
    ],
    [
      'a known browser’s code',
      scopes('code', undefined, 'name'),
      [`code-browser ${email}\nname`, `code-browsers ${email}`],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected)
  })

  it('of an account are wiped by the right guess, those of an address are not', () => {
    const asking = { email, address: '192.0.2.1', knownBrowser: undefined }
    expect(bucketsOf('password', asking).map(({ forgetOnSuccess }) => forgetOnSuccess)).toEqual([true, false])
  })

  it('of one IPv6 customer are one, however the address is written', () => {
    expect(networkOf('2001:0DB8:0001:0002::1')).toBe(networkOf('2001:db8:1:2:ffff:ffff:ffff:ffff'))
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'))
  })
})

describe('a session', () => {
  const live = (expiresIn: number, seenAgo: number) =>
    isSessionLive({ expiresAt: NOW + expiresIn, lastSeenAt: NOW - seenAgo }, NOW)

  it.each([
    ['just begun', SESSION_LIFETIME_SECONDS, 0, true],
    ['in its last second', 1, 0, true],
    ['in the second it expires', 0, 0, false],
    ['idle for a second less than a week', 1000, SESSION_IDLE_SECONDS - 1, true],
    ['idle for a week', 1000, SESSION_IDLE_SECONDS, false],
    ['seen by a clock that is ahead', 1000, -5, true],
  ])('%s', (_, expiresIn, seenAgo, expected) => {
    expect(live(expiresIn, seenAgo)).toBe(expected)
  })
})

describe('cookies', () => {
  it('are bound to the host on https, and are not on http', () => {
    const { secure, sessionName, knownName, mailName } = sessionCookieRules('https://id.example', ring)
    expect(secure).toBe(true)
    for (const name of [sessionName, knownName, mailName]) expect(name).toMatch(/^__Host-latchkey-/)
    const plain = sessionCookieRules('http://localhost:3000', ring)
    expect(plain.secure).toBe(false)
    for (const name of [plain.sessionName, plain.knownName, plain.mailName]) expect(name).toMatch(/^latchkey-/)
  })

  it('have names of their own, and next-auth a secret that is not ours', () => {
    const { sessionName, knownName, mailName, secret } = sessionCookieRules('https://id.example', ring)
    expect(new Set([sessionName, knownName, mailName]).size).toBe(3)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(secret).not.toContain(NEW)
    expect(sessionCookieRules('https://id.example', createSecretRing([OLD])).secret).not.toBe(secret)
  })

  it.each<readonly [string | undefined, string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['s=1', '1'],
    ['a=0; s=1; b=2', '1'],
    ['a=0;s=1', '1'],
    ['s=', ''],
    ['s=a=b==', 'a=b=='],
    ['xs=1', undefined],
    ['s =1', undefined],
    ['s', undefined],
    ['S=1', undefined],
    ['s=1; s=2', '1'],
  ])('in the header %j hold %j', (header, value) => {
    expect(cookieOf(header, 's')).toBe(value)
  })

  it('hold a session’s value of 32 bytes in base64url, and nothing else', () => {
    expect(isSid(Buffer.from(systemRandomness.bytes(32)).toString('base64url'))).toBe(true)
    for (const other of [
      undefined,
      null,
      5,
      '',
      'x'.repeat(42),
      'x'.repeat(44),
      `${'x'.repeat(42)}=`,
      `${'x'.repeat(43)}\n`,
    ])
      expect(isSid(other)).toBe(false)
  })
})
