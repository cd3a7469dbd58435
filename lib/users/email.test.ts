import { describe, expect, it } from 'vitest'
import { emailSchema, nameSchema, normalizeEmail } from '#lib/users/email.ts'

const name = nameSchema('Enter your name.')
const sentencesOf = (schema: typeof name, text: unknown): readonly string[] =>
  schema.safeParse(text).error?.issues.map(({ message }) => message) ?? []

describe('the stored form of an address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['  Ada@Example.COM\r\n', 'ada@example.com'],
    ['\u00a0ada@example.com\ufeff', 'ada@example.com'],
    ['ADA+ci@EXAMPLE.com', 'ada+ci@example.com'],
  ])('of %j is %j', (typed, stored) => {
    expect(normalizeEmail(typed)).toBe(stored)
    expect(emailSchema.parse(typed)).toBe(stored)
  })

  it('is its own stored form', () => {
    const once = normalizeEmail(' ADA@Example.com ')
    expect(normalizeEmail(once)).toBe(once)
  })

  it('keeps dots and tags: they may be another mailbox', () => {
    expect(emailSchema.parse('a.d.a+x@gmail.com')).toBe('a.d.a+x@gmail.com')
  })
})

describe('what is no address', () => {
  it.each([
    '',
    ' ',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    'ada@exa mple.com',
    'ada@example.com, eve@example.com',
    'ada@example.com\nBcc: eve@example.com',
    'ada@example.com\0',
    'Ada <ada@example.com>',
    'ada@-example.com',
    '.ada@example.com',
    'a..da@example.com',
    // Letters that only look like a and i, and one that lower-cases to two.
    'аda@example.com',
    'adı@example.com',
    'ADİ@example.com',
  ])('%j is refused', (text) => {
    expect(emailSchema.safeParse(text).success).toBe(false)
  })

  it.each([undefined, null, 5, {}, ['ada@example.com']])('%j is refused', (value) => {
    expect(emailSchema.safeParse(value).success).toBe(false)
  })
})

describe('the length of an address', () => {
  const addressOf = (length: number) =>
    `${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(4)}`.slice(0, length - 4) + '.com'

  it('is at most 254', () => {
    expect(addressOf(254)).toHaveLength(254)
    expect(emailSchema.safeParse(addressOf(254)).success).toBe(true)
    expect(emailSchema.safeParse(addressOf(255)).success).toBe(false)
  })

  it('is refused however long, without backtracking for minutes', () => {
    expect(emailSchema.safeParse(`${'a.'.repeat(30_000)}@`).success).toBe(false)
  })
})

describe('a name', () => {
  it.each(['A', 'Ada Lovelace', 'O’Brien', '渡辺 謙', 'Ada 🔑', 'x'.repeat(100)])('may be %j', (text) => {
    expect(name.parse(text)).toBe(text)
  })

  it('is trimmed', () => {
    expect(name.parse('  Ada\u00a0 ')).toBe('Ada')
  })

  it.each(['', '  ', '\u00a0', undefined])('must be said: %j', (text) => {
    expect(sentencesOf(name, text)).toHaveLength(1)
  })

  it('has at most 100 characters', () => {
    expect(sentencesOf(name, 'x'.repeat(101))).toEqual(['Use at most 100 characters.'])
  })

  it.each(['a\nb', 'a\rb', 'a\tb', 'a\0b', 'a\u001bb', 'a\u0085b', 'a\u2028b', 'a\u2029b', 'a\u007fb'])(
    'is one line without control characters: %j',
    (text) => {
      expect(sentencesOf(name, text)).toEqual(['Use one line of plain text.'])
    },
  )
})

it('a name with a web address in it is none: mails to strangers begin with it', () => {
  expect(sentencesOf(name, 'Your mailbox is full, see https://evil.example/')).toEqual(['Use a name, not an address.'])
  expect(sentencesOf(name, 'Ada: the first')).toEqual([])
})
