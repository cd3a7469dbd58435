import { describe, expect, it } from 'vitest'
import { createPasswordVerifier } from '#lib/sign-in/verify-password.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import type { User } from '#lib/users/user.ts'

/** A hasher that is quick and remembers what it was asked; it can be out of order for a while. */
const quickHasher = () => {
  const asked: string[] = []
  const state = { down: false }
  const hasher: PasswordHasher = {
    hash: async (password) => {
      if (state.down) throw new Error('overloaded')
      asked.push('hash')
      return `digest of ${password}`
    },
    verify: async (stored, password) => {
      asked.push(stored.startsWith('digest of nobody') ? 'verify nobody' : 'verify somebody')
      return stored === `digest of ${password}`
    },
  }
  return { hasher, asked, state }
}

const ada: User = {
  id: 'ada',
  email: 'ada@example.com',
  name: 'Ada',
  passwordDigest: 'digest of caf\u00e9',
  disabledAt: null,
  version: 0,
}

describe('a password', () => {
  it.each<readonly [string, User | undefined, string, boolean]>([
    ['that is right', ada, 'caf\u00e9', true],
    ['typed on another system', ada, 'cafe\u0301', true],
    ['that is wrong', ada, 'cafe', false],
    ['with a space more', ada, 'caf\u00e9 ', false],
    ['that is empty', ada, '', false],
    ['of somebody disabled', { ...ada, disabledAt: 1 }, 'caf\u00e9', false],
    ['of somebody who has none', { ...ada, passwordDigest: null }, 'caf\u00e9', false],
    ['of nobody', undefined, 'caf\u00e9', false],
  ])('%s', async (_, user, password, expected) => {
    const { hasher, asked } = quickHasher()
    expect(await createPasswordVerifier(hasher)(user, password)).toBe(expected)
    // The same work for everybody: nobody learns from the time whether there is such a person.
    expect(asked.map((what) => what.split(' ')[0])).toEqual(['hash', 'verify'])
  })

  it('of nobody is checked against a digest that is made once, and cannot be guessed', async () => {
    const { hasher, asked } = quickHasher()
    const verify = createPasswordVerifier(hasher)
    for (const password of ['nobody', '', 'nobody ']) expect(await verify(undefined, password)).toBe(false)
    expect(asked).toEqual(['hash', 'verify nobody', 'verify nobody', 'verify nobody'])
  })

  it('is checked again after the hasher was out of order', async () => {
    const { hasher, state } = quickHasher()
    const verify = createPasswordVerifier(hasher)
    state.down = true
    await expect(verify(ada, 'caf\u00e9')).rejects.toThrow('overloaded')
    state.down = false
    expect(await verify(ada, 'caf\u00e9')).toBe(true)
  })

  it.each([undefined, { ...ada, disabledAt: 1 }, { ...ada, passwordDigest: null }])(
    'lets nobody in who has none, though it were the very text behind the digest of nobody: %#',
    async (user) => {
      const anything: PasswordHasher = { hash: async (text) => text, verify: async () => true }
      expect(await createPasswordVerifier(anything)(user, 'x')).toBe(false)
    },
  )
})
