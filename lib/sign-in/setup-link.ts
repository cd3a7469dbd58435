import { timingSafeEqual } from 'node:crypto'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { SetupStore } from '#lib/sign-in/setup-store.ts'

type Ports = {
  readonly setupStore: SetupStore
  readonly secretRing: SecretRing
  readonly settings: { readonly url: string }
}

// The same at each start, so that a link printed before a restart works on; another environment has another one.
const tokenUnder = (ring: SecretRing, createdAt: number, secretId: string): Uint8Array =>
  ring.derive('setup-link', `environment ${createdAt}`, secretId)

/** The one-time setup link; undefined once the environment is set up. */
export const setupLink =
  ({ setupStore, secretRing, settings }: Ports) =>
  async (): Promise<string | undefined> => {
    const { createdAt, doneAt } = await setupStore.state()
    if (doneAt !== null) return undefined
    const token = Buffer.from(tokenUnder(secretRing, createdAt, secretRing.currentId)).toString('base64url')
    return `${settings.url}/setup?key=${token}`
  }

/** Whether somebody can sign in at all. */
export const isSetUp =
  ({ setupStore }: Pick<Ports, 'setupStore'>) =>
  async (): Promise<boolean> =>
    (await setupStore.state()).doneAt !== null

/** Whether a text is the key of the setup link, compared in constant time, and whether it can still be used. */
export const checkSetupKey =
  ({ setupStore, secretRing }: Omit<Ports, 'settings'>) =>
  async (key: string): Promise<'open' | 'wrong' | 'closed'> => {
    const { createdAt, doneAt } = await setupStore.state()
    if (doneAt !== null) return 'closed'
    const given = Buffer.from(key, 'base64url')
    const matches = secretRing.ids.some((secretId) => {
      const token = tokenUnder(secretRing, createdAt, secretId)
      return given.length === token.length && timingSafeEqual(given, token)
    })
    return matches ? 'open' : 'wrong'
  }
