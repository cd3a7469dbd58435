import { z } from 'zod'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { rememberBrowser } from '#lib/sign-in/known-browser.ts'
import { newSession } from '#lib/sign-in/new-session.ts'
import { checkSetupKey } from '#lib/sign-in/setup-link.ts'
import type { Setup, SetupStore } from '#lib/sign-in/setup-store.ts'
import { actorOf, type SignInTrace, signInEvent, systemTrace, userTarget } from '#lib/sign-in/sign-in-event.ts'
import type { SignedIn } from '#lib/sign-in/start-session.ts'
import { slugOf } from '#lib/tenants/slug.ts'
import type { Clock } from '#lib/time/clock.ts'
import { emailSchema, nameSchema } from '#lib/users/email.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import { normalizePassword, requireGoodPassword } from '#lib/users/password-policy.ts'

/** What setting up needs of the world. */
export type SetUpPorts = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly secretRing: SecretRing
  readonly passwordHasher: PasswordHasher
  readonly setupStore: SetupStore
  readonly settings: { readonly url: string; readonly productName: string }
}

const OWNER = 'owner'

const setupSchema = z.object({
  name: nameSchema('Enter your name.'),
  email: emailSchema,
  password: z.string(),
  accountName: nameSchema('Enter the name of your account.'),
})

type SetupInput = z.input<typeof setupSchema>

const makeSetup = async (ports: SetUpPorts, input: z.output<typeof setupSchema>, trace: SignInTrace) => {
  const { clock, randomness, passwordHasher, settings } = ports
  const { name, email, password, accountName } = input
  await requireGoodPassword(password, { email, name, productName: settings.productName })
  const user = {
    id: randomness.uuid(),
    email,
    name,
    passwordDigest: await passwordHasher.hash(normalizePassword(password)),
  }
  const tenant = { id: randomness.uuid(), slug: slugOf(accountName), name: accountName }
  const by = { actor: actorOf(user), trace }
  const target = { kind: 'tenant', id: tenant.id, name: tenant.name }
  return {
    at: clock.now(),
    user,
    tenant,
    roleKey: OWNER,
    events: [
      signInEvent(ports, {
        ...by,
        type: 'environment.set_up',
        target: { kind: 'environment', id: '*', name: 'Latchkey' },
      }),
      signInEvent(ports, { ...by, type: 'user.created', target: userTarget(user) }),
      signInEvent(ports, { ...by, type: 'tenant.created', target, tenantId: tenant.id }),
      signInEvent(ports, {
        ...by,
        type: 'member.added',
        target: userTarget(user),
        tenantId: tenant.id,
        details: { roles: [OWNER] },
      }),
    ],
  } satisfies Omit<Setup, 'session'>
}

type Request = SetupInput & {
  readonly key: string
  /** The cookie of browsers that have signed in before; undefined when there is none. */
  readonly known: string | undefined
  readonly trace: SignInTrace
}

/**
 * Sets the environment up by its one-time link: first operator, who owns the first account, signed in at once.
 * `setup.closed` once it is set up, `setup.link_invalid` for another key, `request.invalid` beside the fields.
 */
export const setUp =
  (ports: SetUpPorts) =>
  async ({ key, known, trace, ...typed }: Request): Promise<SignedIn & { readonly slug: string }> => {
    const state = await checkSetupKey(ports)(key)
    if (state !== 'open') throw new PortalError(state === 'closed' ? 'setup.closed' : 'setup.link_invalid')
    const setup = await makeSetup(ports, parseInput(setupSchema, typed), trace)
    const { user, tenant, at } = setup
    const { sid, session } = newSession(ports, { userId: user.id, method: 'setup', now: at, trace })
    const started = signInEvent(ports, {
      type: 'session.started',
      actor: actorOf(user),
      target: userTarget(user),
      trace,
      details: { method: session.method, session: session.id },
    })
    const done = await ports.setupStore.setUp({ ...setup, session, events: [...setup.events, started] })
    if (!done) throw new PortalError('setup.closed')
    return { sid, known: rememberBrowser(ports, known, user.email), slug: tenant.slug }
  }

/**
 * Sets an empty environment up from the bootstrap variables, at start; does nothing when it is set up already.
 * `request.invalid` when the password is too easy to guess.
 */
export const bootstrapOperator =
  (ports: SetUpPorts) =>
  async ({ email, password }: { readonly email: string; readonly password: string }): Promise<void> => {
    const { doneAt } = await ports.setupStore.state()
    if (doneAt !== null) return
    const name = email.split('@')[0] ?? email
    const input = parseInput(setupSchema, { name, email, password, accountName: ports.settings.productName })
    const setup = await makeSetup(ports, input, systemTrace(ports))
    await ports.setupStore.setUp({ ...setup, session: undefined })
  }
