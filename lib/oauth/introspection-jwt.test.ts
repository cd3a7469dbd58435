import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formMessage, type OAuthWorld, oauthWorld, type Sent } from '#db/contract/oauth-world.ts'
import { asserting } from '#db/contract/own-key-client.ts'
import { inspectAssertion } from '#lib/oauth/client-assertion.ts'
import { inspectJwt } from '#lib/verdict/presented-jwt.ts'

let world: OAuthWorld
let client: Awaited<ReturnType<OAuthWorld['client']>>
beforeAll(async () => {
  world = await oauthWorld()
  client = await world.client()
})
afterAll(() => world.remove())

const ASKER = { requestId: 'req-9', address: '192.0.2.7', agent: 'curl/8' }
const signed = (form: Sent) => world.oauth.answerSignedIntrospection(formMessage(form), ASKER)

describe('a signed introspection', () => {
  it('says to the client that asked what the plain one says, and nothing at its own top that a token has', async () => {
    const { access_token: bearer } = await world.ask(client.credentials({ scope: 'projects:read' }))
    const text = await signed(client.about(bearer))
    const { publicKey, kid } = world.ports.keyRing.signing('bearer')
    expect(decodeProtectedHeader(text)).toEqual({ alg: 'ES256', kid, typ: 'token-introspection+jwt' })
    const { payload } = await jwtVerify(text, publicKey, {
      typ: 'token-introspection+jwt',
      issuer: 'https://id.example',
      audience: client.token.id,
      currentDate: new Date(world.clock.now() * 1000),
    })
    expect(payload).toEqual({
      iss: 'https://id.example',
      aud: client.token.id,
      iat: world.clock.now(),
      token_introspection: await world.introspect(client.about(bearer)),
    })
    expect(payload['token_introspection']).toMatchObject({ active: true, scope: 'projects:read' })
  })

  it('of what is not active says that alone', async () => {
    const other = await world.client('gus')
    const { access_token: foreign } = await world.ask(other.credentials())
    for (const text of ['nonsense', foreign])
      expect(decodeJwt(await signed(client.about(text)))['token_introspection']).toEqual({ active: false })
  })

  it('needs a client as the plain one does, and counts its use', async () => {
    await expect(signed(client.about('x', { client_secret: 'wrong' }))).rejects.toMatchObject({
      code: 'oauth.invalid_client',
    })
    const before = world.uses.length
    await signed(client.about('x'))
    expect(world.uses.length).toBe(before + 1)
  })

  it('is no credential of any kind: not as a token, an access JWT, a subject, or an assertion', async () => {
    const { access_token: bearer } = await world.ask(client.credentials())
    const text = await signed(client.about(bearer))
    expect(inspectJwt(text)).toBeUndefined()
    expect(inspectAssertion(text)).toBeUndefined()
    for (const header of ['authorization', 'x-api-key'] as const)
      await expect(
        world.verdict.validate({
          presented: { header, text },
          permissions: [],
          audience: undefined,
          address: undefined,
          agent: undefined,
        }),
      ).rejects.toMatchObject({ code: 'credential.invalid' })
    expect(await world.introspect(client.about(text))).toEqual({ active: false })
    await expect(world.ask({ grant_type: 'client_credentials', ...asserting(text) })).rejects.toMatchObject({
      code: 'oauth.invalid_client',
    })
  })
})
