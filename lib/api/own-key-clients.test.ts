import * as oauth from 'oauth4webapi'
import {
  clientCredentialsGrant,
  clockSkew,
  customFetch,
  discovery,
  PrivateKeyJwt,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { ownKeyClient } from '#db/contract/own-key-client.ts'
import { CLIENT_ALGORITHMS } from '#lib/keys/public-key-set.ts'

// Standard clients that hold a key and no secret, unchanged; their clocks are set to that of this world.

let world: ApiWorld
let ahead = 0
beforeAll(async () => {
  world = await apiWorld()
  ahead = world.clock.now() - Math.floor(Date.now() / 1000)
})
afterAll(() => world.remove())

const fetchHere = (url: string | URL, options: RequestInit = {}): Promise<Response> =>
  world.send(url.toString().replace(ORIGIN_HERE, ''), options)

describe('openid-client', () => {
  it.each(CLIENT_ALGORITHMS)(
    'discovers, exchanges, refreshes, introspects and revokes with a key for %s',
    async (alg) => {
      const client = await ownKeyClient(world, { alg })
      const metadata = { [clockSkew]: ahead }
      const config = await discovery(
        new URL(ORIGIN_HERE),
        client.token.id,
        metadata,
        PrivateKeyJwt(client.key.privateKey),
        { algorithm: 'oauth2', [customFetch]: fetchHere as never },
      )
      const first = await clientCredentialsGrant(config, { scope: 'projects:read' })
      const second = await refreshTokenGrant(config, first.refresh_token ?? '')
      expect(await tokenIntrospection(config, second.access_token)).toMatchObject({
        active: true,
        client_id: client.token.id,
      })
      await tokenRevocation(config, second.access_token)
      expect(await tokenIntrospection(config, first.access_token)).toEqual({ active: false })
    },
  )
})

describe('oauth4webapi', () => {
  it('exchanges by its key, and reads signed introspections', async () => {
    const own = await ownKeyClient(world)
    const as = await oauth.processDiscoveryResponse(
      new URL(ORIGIN_HERE),
      await fetchHere(`${ORIGIN_HERE}/.well-known/oauth-authorization-server`),
    )
    const client = { client_id: own.token.id, [oauth.clockSkew]: ahead }
    const auth = oauth.PrivateKeyJwt(own.key.privateKey)
    const here = { [oauth.customFetch]: fetchHere as never }
    const exchanged = await oauth.clientCredentialsGrantRequest(as, client, auth, new URLSearchParams(), here)
    const answer = await oauth.processClientCredentialsResponse(as, client, exchanged)
    const asked = await oauth.introspectionRequest(as, client, auth, answer.access_token, {
      ...here,
      requestJwtResponse: true,
    })
    expect(asked.headers.get('content-type')).toBe('application/token-introspection+jwt')
    const told = await oauth.processIntrospectionResponse(as, client, asked)
    expect(told).toMatchObject({ active: true, client_id: own.token.id })
    await expect(oauth.validateApplicationLevelSignature(as, asked, here)).resolves.toBeUndefined()
  })
})
