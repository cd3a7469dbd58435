import type { Person } from '#lib/access/find-principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { bucketsOf } from '#lib/sign-in/buckets.ts'
import { guardGuesses } from '#lib/sign-in/guard-guesses.ts'
import { knownBrowser } from '#lib/sign-in/known-browser.ts'
import type { SignInTrace } from '#lib/sign-in/sign-in-event.ts'
import { type PasswordSignInPorts, recordRefusal } from '#lib/sign-in/sign-in-with-password.ts'
import { type Browser, type SignedIn, startSession } from '#lib/sign-in/start-session.ts'
import type { User } from '#lib/users/user.ts'

/** Who is signed in, in which browser, and what they typed as their present password. */
export type OwnPassword = {
  readonly person: Person
  readonly password: string
  readonly browser: Browser
  readonly trace: SignInTrace
}

/** Runs `proved` if the password is the person's own; else `sign_in.refused` beside `field`, slowed down as sign-in is. */
export const withOwnPassword =
  (ports: PasswordSignInPorts) =>
  async <Result>(
    { person, password, browser, trace }: OwnPassword,
    field: string,
    proved: (user: User) => Promise<Result>,
  ): Promise<Result> => {
    const { email } = person
    const asking = { email, address: trace.address, knownBrowser: knownBrowser(ports, browser.known, email) }
    return guardGuesses(ports)(bucketsOf('password', asking), async () => {
      const user = await ports.userStore.byId(person.userId)
      const matches = await ports.verifyPassword(user, password)
      if (matches && user) return proved(user)
      await recordRefusal(ports, user, trace)
      throw new PortalError('sign_in.refused', {
        detail: 'The password is wrong.',
        fields: { [field]: ['This is not your password.'] },
      })
    })
  }

/** Confirms by password that it is still the same person: a new session takes the place of the one they have. */
export const confirmPassword =
  (ports: PasswordSignInPorts) =>
  async (request: OwnPassword): Promise<SignedIn> =>
    withOwnPassword(ports)(request, 'password', async (user) => {
      const started = await startSession(ports)({ user, method: 'password', ...request })
      if (typeof started === 'object') return started
      throw new PortalError('session.required')
    })
