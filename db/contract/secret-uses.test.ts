import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { personal } from '#db/contract/token-fixture.ts'
import { FIXTURE_SECRET } from '#db/contract/token-ports.ts'
import { countSecretUses } from '#db/secret-uses.ts'
import { secretIdOf } from '#lib/keys/secret-ring.ts'
import { REFRESH_LIFETIME_SECONDS } from '#lib/oauth/refresh-token.ts'

let world: ApiWorld
beforeEach(async () => {
  world = await apiWorld()
})
afterEach(() => world.remove())

const uses = async () => {
  await world.settled()
  const counted = await countSecretUses(world.connection, world.clock.now())
  expect([...counted.keys()]).toEqual([secretIdOf(FIXTURE_SECRET)])
  return counted.get(secretIdOf(FIXTURE_SECRET))
}

const makeCalendar = () => {
  const signedInAt = world.clock.now()
  const person = { userId: 'mia', name: 'Mia', email: 'mia@example.com', sessionId: 's', signedInAt }
  return world.ports.notices.makeCalendar({ person, trace: { requestId: 'r', address: undefined } })
}

describe('what stands on a secret', () => {
  it('is keys, client secrets, refresh tokens and calendars; access tokens stand on none', async () => {
    const keys = { signingKeys: 2, clientSecrets: 0, refreshTokens: 0, calendars: 0 }
    await world.tokens.issue(await world.as('mia'), personal())
    expect(await uses()).toEqual(keys)
    const client = await world.client()
    await world.ask(client.credentials())
    await makeCalendar()
    expect(await uses()).toEqual({ ...keys, clientSecrets: 1, refreshTokens: 1, calendars: 1 })
  })

  it('is what is good for something: nothing that was used, revoked or is too old', async () => {
    const client = await world.client()
    const { refresh_token } = await world.ask(client.credentials())
    await world.ask(client.refresh(refresh_token))
    expect(await uses()).toMatchObject({ clientSecrets: 1, refreshTokens: 1 })
    world.advance(REFRESH_LIFETIME_SECONDS)
    expect(await uses()).toMatchObject({ clientSecrets: 1, refreshTokens: 0 })
    await world.tokens.revoke(await world.as('mia'), client.token.id)
    expect(await uses()).toMatchObject({ clientSecrets: 0 })
  })
})
