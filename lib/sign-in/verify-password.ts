import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import { normalizePassword } from '#lib/users/password-policy.ts'
import type { User } from '#lib/users/user.ts'

/** Checks a password against a person, or against nobody in the same time. */
export type PasswordVerifier = (user: User | undefined, password: string) => Promise<boolean>

/**
 * Always one verification and nothing else, whether the person exists, has a password, or is disabled. Throws what
 * the hasher throws. The digest of nobody is made once, before the first answer, whoever is asked about.
 */
export const createPasswordVerifier = (hasher: PasswordHasher): PasswordVerifier => {
  let ofNobody: Promise<string> | undefined
  const nobody = async (): Promise<string> => {
    ofNobody ??= hasher.hash(`nobody ${crypto.randomUUID()}`)
    try {
      return await ofNobody
    } catch (thrown) {
      ofNobody = undefined
      throw thrown
    }
  }
  return async (user, password) => {
    const dummy = await nobody()
    const usable = user !== undefined && user.disabledAt === null ? user.passwordDigest : null
    const matches = await hasher.verify(usable ?? dummy, normalizePassword(password))
    return matches && usable !== null
  }
}
