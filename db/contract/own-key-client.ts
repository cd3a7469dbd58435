import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'
import type { OAuthWorld } from '#db/contract/oauth-world.ts'
import { type PersonId, personal } from '#db/contract/token-fixture.ts'
import type { ClientAlgorithm } from '#lib/keys/public-key-set.ts'
import { ASSERTION_TYPE } from '#lib/oauth/client-assertion.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

/** A key pair of a client. */
export type OwnKey = { readonly alg: ClientAlgorithm; readonly publicJwk: JWK; readonly privateKey: CryptoKey }

/** Makes a key pair; its public JWK names the algorithm, and the `kid` if there is one. */
export const ownKey = async (alg: ClientAlgorithm = 'ES256', kid?: string): Promise<OwnKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  return { alg, publicJwk: { ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) }, privateKey }
}

/** What a test says otherwise than a well-behaved client; undefined leaves a member out. */
export type AssertionChange = {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: OwnKey
}

let assertions = 0

/** Signs an assertion of a client at a moment (RFC 7523 §3). */
export const signAssertion = (
  { clientId, now, key: ownersKey }: { readonly clientId: string; readonly now: number; readonly key: OwnKey },
  { claims = {}, header = {}, key = ownersKey }: AssertionChange = {},
): Promise<string> => {
  assertions += 1
  const said = {
    iss: clientId,
    sub: clientId,
    aud: 'https://id.example',
    iat: now,
    exp: now + 60,
    jti: `j${assertions}`,
  }
  return new SignJWT({ ...said, ...claims }).setProtectedHeader({ alg: key.alg, ...header }).sign(key.privateKey)
}

/** The parameters that carry an assertion. */
export const asserting = (assertion: string) => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: assertion })

/** Client credentials of a person whose client has a key of its own, and what its requests hold. */
export const ownKeyClient = async (
  world: Pick<OAuthWorld, 'tokens' | 'as' | 'clock'>,
  { who = 'mia', alg = 'ES256', ...asked }: Partial<IssueRequest> & { who?: PersonId; alg?: ClientAlgorithm } = {},
) => {
  const key = await ownKey(alg)
  const publicJwks: Record<string, unknown> = { ...key.publicJwk }
  const request = personal({ type: 'client_credentials', publicJwks, ...asked })
  const { token, secret } = await world.tokens.issue(await world.as(who), request)
  const sign = (change: AssertionChange = {}): Promise<string> =>
    signAssertion({ clientId: token.id, now: world.clock.now(), key }, change)
  return {
    token,
    secret,
    key,
    sign,
    /** An exchange by a fresh assertion. */
    credentials: async (change: AssertionChange = {}) => ({
      grant_type: 'client_credentials',
      ...asserting(await sign(change)),
    }),
  }
}
