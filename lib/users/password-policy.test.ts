import { describe, expect, it } from 'vitest'
import { normalizePassword, passwordProblem, requireGoodPassword } from '#lib/users/password-policy.ts'

const context = { email: 'ada.lovelace@engines.example', name: 'Ada Lovelace', productName: 'Analytical Cloud' }
const problemOf = (password: string) => passwordProblem(password, context)

describe('passwordProblem', () => {
  it.each([
    'correct horse battery staple',
    'a b c d e f g h i',
    'пароль из четырёх слов',
    '🦉🐝🌲🧭🫖🧦🪁🎏🪐🦔🌵🧵🪓🥨🛟',
    'vB7!qpz-39dk_LmW',
    ' leading and trailing spaces ',
    'x'.repeat(7) + 'the quick brown fox',
  ])('accepts %j: length, not composition', async (password) => {
    expect(await problemOf(password)).toBeUndefined()
  })

  it('counts characters, not UTF-16 units, and takes no fewer than 15 nor more than 256', async () => {
    expect(await problemOf('fourteen signs')).toMatch(/at least 15/)
    expect(await problemOf('🦉🐝🌲🧭🫖🧦🪁🎏')).toMatch(/at least 15/)
    const long = Array.from({ length: 43 }, (_, index) => `w${index * 7919}`).join(' ')
    expect(await problemOf(long.slice(0, 256).padEnd(256, 'z'))).toBeUndefined()
    expect(await problemOf(`${long.slice(0, 256).padEnd(256, 'z')}!`)).toMatch(/at most 256/)
  })

  it.each(['1234567890123456', 'passwordpassword', 'PasswordPassword1!', 'qwertyuiopasdfghjkl', 'aaaaaaaaaaaaaaaa'])(
    'refuses %j, which guessers try first',
    async (password) => {
      expect(await problemOf(password)).toMatch(/guess/)
    },
  )

  it.each([
    'ada.lovelace@engines.example',
    'lovelacelovelace1',
    'analyticalcloud1234',
    'latchkeylatchkey2026',
    'abcabcabcabcabcabc',
    'Ada Lovelace 1815',
  ])('refuses %j, made of what is known about the person or the place', async (password) => {
    expect(await problemOf(password)).toMatch(/guess/)
  })
})

describe('requireGoodPassword', () => {
  it('names the field', async () => {
    await expect(requireGoodPassword('short', context, 'newPassword')).rejects.toMatchObject({
      code: 'request.invalid',
      fields: { newPassword: [expect.stringMatching(/15/)] },
    })
    await expect(requireGoodPassword('correct horse battery staple', context)).resolves.toBeUndefined()
  })
})

describe('normalizePassword', () => {
  it('makes one password of the two ways to write é, and changes nothing else', () => {
    expect(normalizePassword('cafe\u0301')).toBe(normalizePassword('caf\u00e9'))
    expect(normalizePassword(' Å１ ')).toBe(' Å１ '.normalize('NFC'))
    expect(normalizePassword('１')).not.toBe('1')
  })
})
