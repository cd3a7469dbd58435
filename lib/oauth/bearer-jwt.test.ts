import { decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { type Bearer, mintBearer } from '#lib/oauth/bearer-jwt.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { NOW, standingWith } from '#lib/verdict/standing.fixture.ts'

let world: OAuthWorld
beforeAll(async () => {
  world = await oauthWorld()
})
afterAll(() => world.remove())

const bearer = (change: Partial<Bearer> = {}): Bearer => ({
  standing: standingWith({ type: 'client_credentials', expiresAt: null }),
  credentialId: 'secret-1',
  settings: { issuer: 'https://id.example', bearerLifetimeSeconds: 900 },
  audience: 'https://api.example',
  familyId: 'family-1',
  scope: undefined,
  now: NOW,
  ...change,
})

const claimsOf = async (change: Partial<Bearer>) => {
  const { jwt } = await mintBearer(world.ports, bearer(change))
  expect(jwt.length).toBeLessThanOrEqual(6 * 1024)
  return decodeJwt(jwt)
}

const keys = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `resource-with-a-long-name-${index}:read`)

describe('a bearer JWT', () => {
  it('verifies with the published key and nothing but it', async () => {
    const { jwt, lifetimeSeconds } = await mintBearer(world.ports, bearer())
    const { publicKey } = world.ports.keyRing.signing('bearer')
    const verified = await jwtVerify(jwt, publicKey, {
      typ: 'at+jwt',
      issuer: 'https://id.example',
      audience: 'https://api.example',
      currentDate: new Date(NOW * 1000),
    })
    expect(verified.payload.exp).toBe(NOW + lifetimeSeconds)
    await expect(jwtVerify(jwt, world.ports.keyRing.signing('access').publicKey)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
  })

  it('lasts a day at most, whatever the environment says: so long an ended family is remembered', async () => {
    const { lifetimeSeconds } = await mintBearer(
      world.ports,
      bearer({ settings: { issuer: 'https://id.example', bearerLifetimeSeconds: 10 * DAY_SECONDS } }),
    )
    expect(lifetimeSeconds).toBe(DAY_SECONDS)
  })

  it('lasts no longer than its token, nor than the credential it was exchanged for', async () => {
    const lifetime = async (expiresAt: number | null, endsAt: number | null) => {
      const standing = standingWith({ expiresAt }, { credentialEnds: new Map([['secret-1', endsAt]]) })
      return (await mintBearer(world.ports, bearer({ standing }))).lifetimeSeconds
    }
    expect(await lifetime(null, null)).toBe(900)
    expect(await lifetime(NOW + 60, NOW + 30)).toBe(30)
    expect(await lifetime(NOW + 30, NOW + 60)).toBe(30)
    expect((await claimsOf({}))['credentialId']).toBe('secret-1')
  })

  it('stays within 6 KiB: first the metadata is left out', async () => {
    const metadata = { note: 'n'.repeat(1000) }
    const standing = standingWith({ metadata }, { permissions: new Set(keys(100)) })
    const claims = await claimsOf({ standing })
    expect(claims).not.toHaveProperty('metadata')
    expect(claims['permissions']).toHaveLength(100)
  })

  it('then the permissions, and at last the roles', async () => {
    const many = standingWith({}, { permissions: new Set(keys(500)) })
    const claims = await claimsOf({ standing: many })
    expect(claims).not.toHaveProperty('permissions')
    expect(claims['roles']).toEqual(['member'])
    expect(await claimsOf({ standing: { ...many, roles: keys(400) } })).not.toHaveProperty('roles')
  })

  it('keeps its scope, which narrows whatever else is left out', async () => {
    const scope = keys(60)
    const standing = standingWith({}, { permissions: new Set(keys(500)), roles: keys(400) })
    expect((await claimsOf({ standing, scope }))['scope']).toBe(scope.join(' '))
  })
})
