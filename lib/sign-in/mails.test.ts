import { describe, expect, it } from 'vitest'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { challengeMail } from '#lib/sign-in/challenge-mail.ts'
import {
  CHALLENGE_LIFETIME_SECONDS,
  codeOfLink,
  isBrowserOf,
  isCodeOf,
  type MailPurpose,
  newChallenge,
} from '#lib/sign-in/mail-challenge.ts'

const NOW = 1_800_000_000
const OLD = 'an old secret of the tests with more than thirty-two characters'
const NEW = 'a new secret of the tests with more than thirty-two characters'
const URL_HERE = 'https://tokens.example'

const ring = createSecretRing([NEW])
const ports = { randomness: systemRandomness, secretRing: ring }
const asked = (change: { purpose?: MailPurpose; browser?: string } = {}) => ({
  purpose: 'sign-in' as MailPurpose,
  userId: 'ada',
  browser: 'the browser that asked',
  now: NOW,
  ...change,
})

describe('a challenge', () => {
  it('is good for ten minutes, and has met no failure', () => {
    const { challenge } = newChallenge(ports, asked())
    expect(challenge).toMatchObject({ userId: 'ada', purpose: 'sign-in', failures: 0, createdAt: NOW })
    expect(challenge.expiresAt - NOW).toBe(600)
    expect(CHALLENGE_LIFETIME_SECONDS).toBe(600)
  })

  it('is stored without link, code or browser', () => {
    const { challenge, token, code } = newChallenge(ports, asked())
    const stored = JSON.stringify({ ...challenge, createdAt: 0, expiresAt: 0, id: '' })
    for (const secret of [token, code, asked().browser]) expect(stored).not.toContain(secret)
  })

  it('has a token of 256 bits and a code of six digits, each time others', () => {
    const many = Array.from({ length: 200 }, () => newChallenge(ports, asked()))
    for (const { token, code } of many) {
      expect(token).toMatch(/^[\w-]{43}$/)
      expect(code).toMatch(/^\d{6}$/)
    }
    expect(new Set(many.map(({ token }) => token)).size).toBe(200)
    expect(new Set(many.map(({ code }) => code)).size).toBeGreaterThan(190)
  })
})

describe('a typed code', () => {
  const { challenge, code } = newChallenge(ports, asked())
  const [head, tail] = [code.slice(0, 3), code.slice(3)]

  it.each([code, `${head} ${tail}`, `${head}-${tail}`, ` ${code}\n`, [...code].join(' '), `${head}\u00a0${tail}`])(
    'is the challenge’s however it is spaced: %#',
    (typed) => {
      expect(isCodeOf(ring, challenge, typed)).toBe(true)
    },
  )

  it.each(['', code.slice(1), `${code}0`, `0${code}`, `${head}.${tail}`, String(Number(code) ^ 1).padStart(6, '0')])(
    'is not when it is another: %#',
    (typed) => {
      expect(isCodeOf(ring, challenge, typed)).toBe(false)
    },
  )

  it('is of one challenge alone', () => {
    expect(isCodeOf(ring, { ...challenge, id: 'another' }, code)).toBe(false)
  })

  it('is good under the former secret while the ring holds it', () => {
    const former = newChallenge({ ...ports, secretRing: createSecretRing([OLD]) }, asked())
    expect(isCodeOf(createSecretRing([NEW, OLD]), former.challenge, former.code)).toBe(true)
    expect(isCodeOf(createSecretRing([NEW]), former.challenge, former.code)).toBe(false)
  })
})

describe('the browser that asked', () => {
  it('is known by its own random text alone', () => {
    const { challenge } = newChallenge(ports, asked())
    expect(isBrowserOf(ring, challenge, 'the browser that asked')).toBe(true)
    for (const other of ['', 'the browser that aske', 'another'])
      expect(isBrowserOf(ring, challenge, other)).toBe(false)
  })
})

describe('the code of a link', () => {
  it('is the one that was mailed with it, also after the secret was changed', () => {
    const { challenge, token, code } = newChallenge({ ...ports, secretRing: createSecretRing([OLD]) }, asked())
    expect(codeOfLink(createSecretRing([OLD]), challenge, token)).toBe(code)
    expect(codeOfLink(createSecretRing([NEW, OLD]), challenge, token)).toBe(code)
    expect(codeOfLink(createSecretRing([NEW]), challenge, token)).toBeUndefined()
  })

  it('is not told for the link of another', () => {
    const { challenge } = newChallenge(ports, asked())
    expect(codeOfLink(ring, challenge, newChallenge(ports, asked()).token)).toBeUndefined()
  })
})

describe('the mail', () => {
  const { token, code } = newChallenge(ports, asked())
  const mail = (purpose: MailPurpose) =>
    challengeMail({ to: 'ada@example.com', purpose, portalUrl: URL_HERE, token, code })

  it.each<readonly [MailPurpose, string]>([
    ['sign-in', `${URL_HERE}/sign-in/link?token=${token}`],
    ['password', `${URL_HERE}/forgotten/link?token=${token}`],
  ])('for %s holds one link, absolute and to the portal', (purpose, link) => {
    expect(mail(purpose).text.match(/\S*:\/\/\S*/g)).toEqual([link])
  })

  it.each<MailPurpose>(['sign-in', 'password'])(
    'for %s holds token and code once, and neither in its subject',
    (purpose) => {
      const { to, subject, text } = mail(purpose)
      expect(to).toBe('ada@example.com')
      expect(text.split(token)).toHaveLength(2)
      expect(text.split(`${code.slice(0, 3)} ${code.slice(3)}`)).toHaveLength(2)
      expect(subject).not.toMatch(/\d/)
      expect(subject).not.toContain(token)
    },
  )

  it('says how long they are good, as long as they are', () => {
    expect(mail('sign-in').text).toContain(`within ${CHALLENGE_LIFETIME_SECONDS / 60} minutes`)
  })

  it('has no line that a mailer would break or that carries a link over its end', () => {
    for (const line of mail('password').text.split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(200)
  })
})
