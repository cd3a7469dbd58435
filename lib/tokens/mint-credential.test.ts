import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import { mintCredential } from '#lib/tokens/mint-credential.ts'
import { tokenWith } from '#lib/tokens/token.fixture.ts'
import type { Token } from '#lib/tokens/token.ts'

const NOW = 1_800_000_000
const URL_40 = 'https://tokens.a-customer-of-ours.example'

const token = (given: Partial<Token>): Token =>
  tokenWith({
    tenantId: systemRandomness.uuid(),
    id: systemRandomness.uuid(),
    ownerUserId: systemRandomness.uuid(),
    metadata: { team: 'data' },
    createdAt: NOW,
    expiresAt: NOW + 3600,
    ...given,
  })

const mint = async (given: Partial<Token> = {}) => {
  const secretRing = createSecretRing(['a secret of this test, long enough'])
  const ports = { randomness: systemRandomness, secretRing, keyRing: await newKeyRing() }
  const minted = await mintCredential(ports, { token: token(given), issuer: URL_40, audience: URL_40, now: NOW })
  return { ...minted, secretRing }
}

const accessToken = async (given: Partial<Token> = {}) => {
  const { secret, credential, hint } = await mint(given)
  if (secret.type !== 'access_token') throw new Error('no access token')
  return { text: secret.accessToken, credential, hint }
}

describe('an access JWT', () => {
  it('says who and where, and nothing of what it may do: that is asked live', async () => {
    const { text, credential, hint } = await accessToken()
    expect(decodeProtectedHeader(text)).toEqual({ alg: 'ES256', typ: 'latchkey-access+jwt', kid: credential.kid })
    expect(Object.keys(decodeJwt(text)).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'sub', 'tenantId', 'type', 'userId'].sort(),
    )
    expect(decodeJwt(text)).toMatchObject({ jti: credential.id, type: 'userAccessToken', exp: NOW + 3600 })
    expect(text.endsWith(hint)).toBe(true)
  })

  it('of a tenant names no user, and without an expiry has none', async () => {
    const claims = decodeJwt((await accessToken({ context: 'tenant', ownerUserId: null, expiresAt: null })).text)
    expect(claims).toMatchObject({ type: 'tenantAccessToken' })
    expect(claims).not.toHaveProperty('userId')
    expect(claims).not.toHaveProperty('exp')
  })

  it('fits 640 bytes, with a portal under a long name', async () => {
    expect((await accessToken()).text.length).toBeLessThanOrEqual(640)
  })

  it('leaves no digest to store', async () => {
    expect((await accessToken()).credential).toMatchObject({ kind: 'access_jwt', digest: null, secretId: null })
  })
})

describe('a client secret', () => {
  it('is stored as a digest alone', async () => {
    const { secret, credential, hint, secretRing } = await mint({ type: 'client_credentials' })
    if (secret.type !== 'client_credentials') throw new Error('no client credentials')
    const { clientSecret } = secret
    expect(isSecretText('lks_', clientSecret)).toBe(true)
    expect(clientSecret.endsWith(hint)).toBe(true)
    expect(JSON.stringify(credential)).not.toContain(clientSecret)
    const stored = { digest: credential.digest ?? '', secretId: credential.secretId ?? '' }
    expect(secretRing.matches('client-secret', clientSecret, stored)).toBe(true)
  })
})
