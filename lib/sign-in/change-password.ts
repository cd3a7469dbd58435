import { requireFreshSignIn } from '#lib/access/fresh-sign-in.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type OwnPassword, withOwnPassword } from '#lib/sign-in/confirm-password.ts'
import { actorOf, signInEvent, userTarget } from '#lib/sign-in/sign-in-event.ts'
import type { PasswordSignInPorts } from '#lib/sign-in/sign-in-with-password.ts'
import { type SignedIn, startSession } from '#lib/sign-in/start-session.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import { normalizePassword, requireGoodPassword } from '#lib/users/password-policy.ts'
import type { User } from '#lib/users/user.ts'

/** What changing a password needs of the world. */
export type ChangePasswordPorts = PasswordSignInPorts & {
  readonly passwordHasher: PasswordHasher
  readonly settings: { readonly productName: string }
}

type Request = Omit<OwnPassword, 'password'> & { readonly newPassword: string }

const replacePassword = async (ports: ChangePasswordPorts, user: User, request: Request): Promise<SignedIn> => {
  const { browser, trace, newPassword } = request
  const started = await startSession(ports)({
    user,
    method: 'password',
    browser,
    trace,
    passwordDigest: await ports.passwordHasher.hash(normalizePassword(newPassword)),
    endsAll: true,
    event: signInEvent(ports, {
      type: 'user.password_changed',
      actor: actorOf(user),
      target: userTarget(user),
      trace,
    }),
  })
  if (typeof started === 'object') return started
  throw new PortalError('request.stale')
}

const requireGood = ({ settings }: ChangePasswordPorts, { person, newPassword }: Request): Promise<void> =>
  requireGoodPassword(newPassword, { ...person, productName: settings.productName }, 'newPassword')

/**
 * Changes one's password, which asks for the present one. Every session ends, this browser gets a new one.
 * `request.invalid` beside `newPassword`, `sign_in.refused` beside `currentPassword`.
 */
export const changePassword =
  (ports: ChangePasswordPorts) =>
  async (request: Request & { readonly currentPassword: string }): Promise<SignedIn> => {
    await requireGood(ports, request)
    return withOwnPassword(ports)({ ...request, password: request.currentPassword }, 'currentPassword', (user) =>
      replacePassword(ports, user, request),
    )
  }

/**
 * Sets the first password of somebody who signs in by mail or single sign-on, within ten minutes of doing so
 * (`session.stale` else). `request.stale` for those who have a password: they change it.
 */
export const setFirstPassword =
  (ports: ChangePasswordPorts) =>
  async (request: Request): Promise<SignedIn> => {
    requireFreshSignIn(request.person, ports.clock.now())
    await requireGood(ports, request)
    const user = await ports.userStore.byId(request.person.userId)
    if (!user || user.passwordDigest !== null) throw new PortalError('request.stale')
    return replacePassword(ports, user, request)
  }
