import type { Connection } from '#db/connection.ts'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { type PersonId, personal } from '#db/contract/token-fixture.ts'
import { createKeyStore } from '#db/key-store.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { keyOperator } from '#lib/keys/key-event.ts'
import { keysUseCases } from '#lib/keys/keys-use-cases.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'
import type { IssueTokenPorts } from '#lib/tokens/issue-token.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

type Process = Pick<OAuthWorld, 'verdict' | 'tokens' | 'as' | 'connection'> & { readonly ports: IssueTokenPorts }

/** Whoever rotates keys in these tests. */
export const OPERATOR = keyOperator(systemRandomness)

const keysOver = ({ connection, ports }: { readonly connection: Connection; readonly ports: IssueTokenPorts }) => {
  const keyStore = createKeyStore(connection)
  return { keyStore, keys: keysUseCases({ ...ports, keyStore }) }
}

/** A person's access JWT, made in one process. */
export const accessJwt = async (
  { tokens, as }: Pick<Process, 'tokens' | 'as'>,
  who: PersonId,
  asked: Partial<IssueRequest> = {},
) => {
  const { token, secret } = await tokens.issue(await as(who), personal(asked))
  if (secret.type !== 'access_token') throw new TypeError('this is no access token')
  return { token, text: secret.accessToken }
}

/** Whether a process takes a JWT: `good`, or the code of its refusal. */
export const verdictOn = async (
  { verdict }: Pick<Process, 'verdict'>,
  text: string,
  purpose: KeyPurpose = 'access',
) => {
  const header = purpose === 'access' ? ('x-api-key' as const) : ('authorization' as const)
  const asked = { permissions: [], audience: undefined, address: '192.0.2.7', agent: undefined }
  return verdict.validate({ presented: { header, text }, ...asked }).then(
    () => 'good',
    (thrown: unknown) => (isPortalError(thrown) ? thrown.code : String(thrown)),
  )
}

/** A world with an authorization server whose keys can be changed, here and in other processes. */
export const keyWorld = async () => {
  const world = await oauthWorld()
  return {
    ...world,
    ...keysOver(world),
    otherProcess: async () => {
      const other = await world.otherProcess()
      return { ...other, ...keysOver(other) }
    },
    /** The `kid` in a JWT's header. */
    kidOf: (jwt: string): string => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid,
  }
}

/** What `keyWorld` makes. */
export type KeyWorld = Awaited<ReturnType<typeof keyWorld>>
