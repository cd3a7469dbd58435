import type { KeyRing } from '#lib/keys/key-ring.ts'
import { type PublicKeySet, thumbprint } from '#lib/keys/public-key-set.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { signJws } from '#lib/keys/sign-jws.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { Credential } from '#lib/tokens/token-store.ts'

/** What the holder gets, once: never stored, logged or shown again (rule 1). A client with keys of its own gets no secret. */
export type CredentialSecret =
  | { readonly type: 'client_credentials'; readonly clientId: string; readonly clientSecret: string }
  | { readonly type: 'public_jwks'; readonly clientId: string }
  | { readonly type: 'access_token'; readonly accessToken: string }

/** A credential as it is stored, and its secret for the one answer that carries it. */
export type MintedCredential = {
  readonly credential: Credential
  readonly secret: CredentialSecret
  readonly hint: string
}

/** `typ` of an access JWT: no other kind of ours is taken for one (RFC 8725 §3.11). */
export const ACCESS_JWT_TYPE = 'latchkey-access+jwt'

type Ports = { readonly randomness: Randomness; readonly secretRing: SecretRing; readonly keyRing: KeyRing }
type Mint = {
  readonly token: Omit<Token, 'hint'>
  readonly issuer: string
  readonly audience: string
  readonly now: number
  /** The client's own keys, instead of a secret of ours. */
  readonly publicJwks?: PublicKeySet | undefined
}

const HINT_LENGTH = 4

const mintSecret = ({ randomness, secretRing }: Ports, { token, now }: Mint): MintedCredential => {
  const clientSecret = formatSecret('lks_', randomness.bytes(32))
  return {
    credential: {
      id: randomness.uuid(),
      kind: 'client_secret',
      ...secretRing.digest('client-secret', clientSecret),
      kid: null,
      publicJwks: null,
      createdAt: now,
      endsAt: null,
    },
    secret: { type: 'client_credentials', clientId: token.id, clientSecret },
    hint: clientSecret.slice(-HINT_LENGTH),
  }
}

const registerKeys = (
  { randomness }: Pick<Ports, 'randomness'>,
  { token, now }: Mint,
  publicJwks: PublicKeySet,
): MintedCredential => {
  const [first] = publicJwks.keys
  return {
    credential: {
      id: randomness.uuid(),
      kind: 'public_jwks',
      digest: null,
      secretId: null,
      kid: null,
      publicJwks: JSON.stringify(publicJwks),
      createdAt: now,
      endsAt: null,
    },
    secret: { type: 'public_jwks', clientId: token.id },
    hint: first ? thumbprint(first).slice(-HINT_LENGTH) : '',
  }
}

// Roles and permissions are not in it: those are asked live.
const mintAccessJwt = async ({ randomness, keyRing }: Ports, { token, issuer, audience, now }: Mint) => {
  await keyRing.catchUp()
  const key = keyRing.signing('access')
  const id = randomness.uuid()
  const claims = {
    iss: issuer,
    sub: token.id,
    aud: audience,
    iat: now,
    jti: id,
    ...(token.expiresAt === null ? {} : { exp: token.expiresAt }),
    type: token.context === 'user' ? 'userAccessToken' : 'tenantAccessToken',
    tenantId: token.tenantId,
    ...(token.ownerUserId === null ? {} : { userId: token.ownerUserId }),
  }
  const accessToken = await signJws(key, ACCESS_JWT_TYPE, claims)
  const credential: Credential = {
    id,
    kind: 'access_jwt',
    digest: null,
    secretId: null,
    kid: key.kid,
    publicJwks: null,
    createdAt: now,
    endsAt: null,
  }
  return {
    credential,
    secret: { type: 'access_token' as const, accessToken },
    hint: accessToken.slice(-HINT_LENGTH),
  }
}

/**
 * Makes a new credential for a token: a client secret, the client's own public keys where it has any (RFC 7523), or an
 * access JWT signed with the active access key.
 */
export const mintCredential = async (ports: Ports, mint: Mint): Promise<MintedCredential> => {
  if (mint.token.type === 'access_token') return mintAccessJwt(ports, mint)
  return mint.publicJwks ? registerKeys(ports, mint, mint.publicJwks) : mintSecret(ports, mint)
}
