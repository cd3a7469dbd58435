import { PortalError } from '#lib/errors/portal-error.ts'
import { bucketsOf } from '#lib/sign-in/buckets.ts'
import { type GuessPorts, guardGuesses } from '#lib/sign-in/guard-guesses.ts'
import { knownBrowser } from '#lib/sign-in/known-browser.ts'
import { ANONYMOUS, type SignInTrace, signInEvent, userTarget } from '#lib/sign-in/sign-in-event.ts'
import { type Browser, type SignedIn, type StartPorts, startSession } from '#lib/sign-in/start-session.ts'
import type { PasswordVerifier } from '#lib/sign-in/verify-password.ts'
import type { User } from '#lib/users/user.ts'
import type { UserStore } from '#lib/users/user-store.ts'

/** What signing in by password needs of the world. */
export type PasswordSignInPorts = StartPorts &
  GuessPorts & { readonly userStore: UserStore; readonly verifyPassword: PasswordVerifier }

type Request = {
  /** Normalized: lower-cased, trimmed. */
  readonly email: string
  readonly password: string
  readonly browser: Browser
  readonly trace: SignInTrace
}

/**
 * Records a password that was wrong. Written for addresses nobody has, too: an answer must not take a write longer because
 * somebody exists. What was typed stands nowhere, as it may be a password in the wrong field.
 */
export const recordRefusal = (ports: StartPorts, user: User | undefined, trace: SignInTrace): Promise<void> =>
  ports.sessionStore.recordRefusal(
    signInEvent(ports, {
      type: 'session.refused',
      actor: ANONYMOUS,
      target: userTarget(user ?? { id: '', name: '' }),
      trace,
      details: { method: 'password' },
    }),
  )

/**
 * Signs in by e-mail and password. An unknown address, a wrong password and a disabled person are refused alike:
 * `sign_in.refused`, after the same work. `sign_in.slow_down` after too many failures.
 */
export const signInWithPassword =
  (ports: PasswordSignInPorts) =>
  async ({ email, password, browser, trace }: Request): Promise<SignedIn> => {
    const asking = { email, address: trace.address, knownBrowser: knownBrowser(ports, browser.known, email) }
    return guardGuesses(ports)(bucketsOf('password', asking), async () => {
      const user = await ports.userStore.byEmail(email)
      const matches = await ports.verifyPassword(user, password)
      const started = matches && user && (await startSession(ports)({ user, method: 'password', browser, trace }))
      if (started && typeof started === 'object') return started
      await recordRefusal(ports, user, trace)
      throw new PortalError('sign_in.refused')
    })
  }
