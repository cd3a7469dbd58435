import { z } from 'zod'
import { PortalError } from '#lib/errors/portal-error.ts'
import { ANONYMOUS, type SignInTrace, signInEvent, userTarget } from '#lib/sign-in/sign-in-event.ts'
import { type Browser, type SignedIn, type StartPorts, startSession } from '#lib/sign-in/start-session.ts'
import { normalizeEmail } from '#lib/users/email.ts'
import type { User } from '#lib/users/user.ts'
import type { UserStore } from '#lib/users/user-store.ts'

type Ports = StartPorts & { readonly userStore: UserStore }

// Some providers send booleans as texts.
const claimsSchema = z.object({
  // Beyond ASCII there are letters that fold into others', and nobody was invited with one.
  email: z.string().regex(/^[\x20-\x7e]+$/),
  email_verified: z.union([z.literal(true), z.literal('true')]),
  auth_time: z.number().int().positive().optional().catch(undefined),
})

type Request = {
  /** Claims about the person, from a verified ID token or the provider's userinfo (OpenID Connect Core §5.1). */
  readonly claims: unknown
  readonly browser: Browser
  readonly trace: SignInTrace
}

const refuse = async (ports: Ports, user: User | undefined, trace: SignInTrace): Promise<never> => {
  await ports.sessionStore.recordRefusal(
    signInEvent(ports, {
      type: 'session.refused',
      actor: ANONYMOUS,
      target: userTarget(user ?? { id: '', name: '' }),
      trace,
      details: { method: 'oidc' },
    }),
  )
  throw new PortalError('sign_in.not_invited')
}

/**
 * Signs in the person whose verified e-mail address an OpenID provider vouches for. `sign_in.not_invited` alike for
 * unknown and disabled people and for addresses that are not verified. The proof is as old as `auth_time` says.
 */
export const signInWithOidc =
  (ports: Ports) =>
  async ({ claims, browser, trace }: Request): Promise<SignedIn> => {
    const parsed = claimsSchema.safeParse(claims)
    if (!parsed.success) return refuse(ports, undefined, trace)
    const { email, auth_time: authTime } = parsed.data
    const user = await ports.userStore.byEmail(normalizeEmail(email))
    if (!user || user.disabledAt !== null) return refuse(ports, user, trace)
    const signedInAt = authTime === undefined ? undefined : Math.min(authTime, ports.clock.now())
    const started = await startSession(ports)({ user, method: 'oidc', signedInAt, browser, trace })
    return typeof started === 'object' ? started : refuse(ports, user, trace)
  }
