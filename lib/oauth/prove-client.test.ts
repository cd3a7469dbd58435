import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { asserting, ownKey, ownKeyClient, signAssertion } from '#db/contract/own-key-client.ts'
import { proveClient } from '#lib/oauth/prove-client.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const REFUSED = { code: 'oauth.invalid_client' }
const jwk = (key: Awaited<ReturnType<typeof ownKey>>): Record<string, unknown> => ({ ...key.publicJwk })

describe('a client with a key of its own', () => {
  it('is given no secret, and nothing that could be one is stored', async () => {
    const { token, secret, key } = await ownKeyClient(world)
    expect(secret).toEqual({ type: 'public_jwks', clientId: token.id })
    const [credential, ...others] = await world.ports.tokenStore.credentials('acme', token.id)
    expect(others).toEqual([])
    expect(credential).toMatchObject({ kind: 'public_jwks', digest: null, secretId: null, kid: null, endsAt: null })
    const { kty, crv, x, y } = key.publicJwk
    expect(JSON.parse(credential?.publicJwks ?? '')).toEqual({ keys: [{ kty, crv, x, y, alg: 'ES256' }] })
  })

  it('exchanges, refreshes, introspects and revokes by assertions', async () => {
    const client = await ownKeyClient(world)
    const answer = await world.ask(await client.credentials())
    expect((await world.asBearer(answer)).token.id).toBe(client.token.id)
    const refresh = { grant_type: 'refresh_token', refresh_token: answer.refresh_token }
    const next = await world.ask({ ...refresh, ...asserting(await client.sign()) })
    const about = async () => ({ token: next.access_token, ...asserting(await client.sign()) })
    expect(await world.introspect(await about())).toMatchObject({ active: true, client_id: client.token.id })
    await world.revoke(await about())
    await expect(world.asBearer(next)).rejects.toMatchObject({ code: 'token.revoked' })
    expect(world.uses.filter(({ outcome }) => outcome === 'accepted').length).toBeGreaterThanOrEqual(4)
  })

  it('may name itself beside the assertion, but nobody else', async () => {
    const [client, other] = [await ownKeyClient(world), await ownKeyClient(world)]
    const form = await client.credentials()
    await expect(world.ask({ ...form, client_id: other.token.id })).rejects.toMatchObject(REFUSED)
    expect(await world.ask({ ...form, client_id: client.token.id })).toBeDefined()
  })

  it('counts an assertion once, at whichever endpoint and in whichever process', async () => {
    const client = await ownKeyClient(world)
    const form = await client.credentials()
    await world.ask(form)
    await expect(world.ask(form)).rejects.toMatchObject(REFUSED)
    await expect(world.introspect({ ...form, token: 'x' })).rejects.toMatchObject(REFUSED)
    const other = await world.otherProcess()
    await expect(other.ask(form)).rejects.toMatchObject(REFUSED)
    const fresh = await client.credentials()
    const asked = await Promise.allSettled([world, other, world, other].map(({ ask }) => ask(fresh)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('may use the same jti as another client', async () => {
    const [one, other] = [await ownKeyClient(world), await ownKeyClient(world)]
    for (const client of [one, other]) await world.ask(await client.credentials({ claims: { jti: 'the same' } }))
    await expect(world.ask(await one.credentials({ claims: { jti: 'the same' } }))).rejects.toMatchObject(REFUSED)
  })

  it('uses nothing up with an assertion that is refused for what it says', async () => {
    const client = await ownKeyClient(world)
    const claims = { jti: 'once' }
    await expect(
      world.ask(await client.credentials({ claims: { ...claims, aud: 'https://a.example' } })),
    ).rejects.toMatchObject(REFUSED)
    expect(await world.ask(await client.credentials({ claims }))).toBeDefined()
  })

  it('goes on after a rerun for rights that changed meanwhile', async () => {
    const client = await ownKeyClient(world)
    const { oauthStore } = world.oauthPorts
    const startFamily = oauthStore.startFamily.bind(oauthStore)
    let renamed = false
    const racing: typeof oauthStore.startFamily = async (...given) => {
      if (!renamed) await world.tokens.edit(await world.as('mia'), client.token.id, { name: 'renamed' })
      renamed = true
      return startFamily(...given)
    }
    Object.assign(oauthStore, { startFamily: racing })
    expect(await world.ask(await client.credentials())).toBeDefined()
    expect(renamed).toBe(true)
  })
})

describe('one answer', () => {
  it('costs the same work whoever asks by a secret: one look-up, the digests, nothing that depends on what was found', async () => {
    const client = await world.client()
    const own = await ownKeyClient(world)
    const done: string[] = []
    const { secretRing, oauthStore } = world.oauthPorts
    const prove = proveClient({
      ...world.oauthPorts,
      secretRing: {
        ...secretRing,
        digests: (use, text) => {
          done.push(`digests of a ${use}`)
          return secretRing.digests(use, text)
        },
      },
      oauthStore: {
        findClient: (id) => {
          done.push('look-up')
          return oauthStore.findClient(id)
        },
      },
    })
    const ids = [client.token.id, own.token.id, '0f8fad5b-d9cb-469f-a165-70867728950e', 'no client id at all', '']
    for (const id of ids) {
      done.length = 0
      await expect(prove({ method: 'secret', id, secret: 'wrong' })).rejects.toMatchObject(REFUSED)
      expect([id, ...done]).toEqual([id, 'digests of a client-secret', 'look-up'])
    }
  })

  it('for a key of nobody’s, an unknown client, a secret instead, and whatever an assertion says wrongly', async () => {
    const client = await ownKeyClient(world)
    const withSecret = await world.client()
    const stranger = await ownKey()
    const now = world.clock.now()
    const signed = async (clientId: string, change = {}) =>
      asserting(await signAssertion({ clientId, now, key: client.key }, change))
    const forms = [
      await signed(client.token.id, { key: stranger }),
      await signed('0f8fad5b-d9cb-469f-a165-70867728950e'),
      await signed('nobody'),
      await signed(withSecret.token.id),
      await signed(client.token.id, { claims: { exp: now } }),
      await signed(client.token.id, { claims: { exp: now + 301 } }),
      await signed(client.token.id, { claims: { iss: 'x' } }),
      await signed(client.token.id, { claims: { aud: 'https://id.example/oauth/token' } }),
      { client_id: client.token.id, client_secret: withSecret.secret.clientSecret },
      asserting('a.b.c'),
    ]
    for (const form of forms)
      await expect(world.ask({ grant_type: 'client_credentials', ...form })).rejects.toMatchObject({
        ...REFUSED,
        detail: undefined,
      })
  })

  it('when the token is revoked, paused or expired', async () => {
    const client = await ownKeyClient(world, { expiry: { kind: 'after', seconds: DAY_SECONDS } })
    const mia = await world.as('mia')
    await world.tokens.pause(mia, client.token.id)
    await expect(world.ask(await client.credentials())).rejects.toMatchObject(REFUSED)
    await world.tokens.resume(mia, client.token.id)
    await expect(world.ask(await client.credentials())).resolves.toBeDefined()
    world.advance(DAY_SECONDS)
    await expect(world.ask(await client.credentials())).rejects.toMatchObject(REFUSED)
    const other = await ownKeyClient(world)
    await world.tokens.revoke(await world.as('mia'), other.token.id)
    await expect(world.ask(await other.credentials())).rejects.toMatchObject(REFUSED)
    expect(world.uses.filter(({ outcome }) => outcome === 'refused')).toHaveLength(3)
  })
})

describe('rotating', () => {
  it('registers other keys; both are good in the overlap, and the former no longer', async () => {
    const client = await ownKeyClient(world)
    const next = await ownKey('Ed25519')
    const mia = await world.as('mia')
    const rotated = await world.tokens.rotate(mia, client.token.id, { overlapSeconds: 60, publicJwks: jwk(next) })
    expect(rotated.secret).toEqual({ type: 'public_jwks', clientId: client.token.id })
    expect(rotated.token.hint).not.toBe(client.token.hint)
    for (const key of [client.key, next]) await world.ask(await client.credentials({ key }))
    world.advance(60)
    await expect(world.ask(await client.credentials())).rejects.toMatchObject(REFUSED)
    await world.ask(await client.credentials({ key: next }))
  })

  it('takes a client from a secret to its own key, and never back by accident', async () => {
    const client = await world.client()
    const key = await ownKey()
    const mia = await world.as('mia')
    await world.tokens.rotate(mia, client.token.id, { overlapSeconds: 60, publicJwks: jwk(key) })
    await world.ask(client.credentials())
    const sign = () => signAssertion({ clientId: client.token.id, now: world.clock.now(), key })
    await world.ask({ grant_type: 'client_credentials', ...asserting(await sign()) })
    await expect(world.tokens.rotate(mia, client.token.id)).rejects.toMatchObject({
      code: 'request.invalid',
      fields: { publicJwks: ['This client has keys of its own: register the new ones.'] },
    })
    world.advance(60)
    await expect(world.ask(client.credentials())).rejects.toMatchObject(REFUSED)
  })

  it('is recorded by the thumbprints of the keys', async () => {
    const client = await ownKeyClient(world)
    await world.tokens.rotate(await world.as('mia'), client.token.id, { publicJwks: jwk(await ownKey()) })
    const { queries, schema } = world.connection
    const events = await queries.select().from(schema.auditEvents).where(eq(schema.auditEvents.tenantId, 'acme'))
    const keys = events.map(({ type, details }) => [type, JSON.parse(details)['keys']])
    expect(keys).toEqual([
      ['token.issued', [expect.stringMatching(/^[\w-]{43}$/)]],
      ['token.rotated', [expect.stringMatching(/^[\w-]{43}$/)]],
    ])
  })
})
