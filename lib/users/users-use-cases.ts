import type { Person } from '#lib/access/find-principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'
import { renameUser } from '#lib/users/rename-user.ts'
import type { UserStore } from '#lib/users/user-store.ts'

type Ports = { readonly userStore: UserStore; readonly clock: Clock; readonly randomness: Randomness }

/** The use-cases of people, over their ports. */
export const usersUseCases = (ports: Ports) => ({
  renameUser: renameUser(ports),
  /** The accounts a person belongs to, by name: where they may go. */
  accountsOf: ({ userId }: Pick<Person, 'userId'>) => ports.userStore.accountsOf(userId),
  /** Whether the person has a password; those without one sign in by mail or single sign-on. */
  hasPassword: async ({ userId }: Person): Promise<boolean> => {
    const user = await ports.userStore.byId(userId)
    if (!user) throw new PortalError('session.required')
    return user.passwordDigest !== null
  },
})
