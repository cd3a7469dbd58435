import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

/** A client in the middle of a rotation, and an exchange by either secret. */
const rotating = async () => {
  const client = await world.client()
  const mia = await world.as('mia')
  const { secret } = await world.tokens.rotate(mia, client.token.id, { overlapSeconds: DAY_SECONDS })
  if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
  const withFresh = { client_secret: secret.clientSecret }
  const former = { sent: {}, answer: await world.ask(client.credentials()) }
  const fresh = { sent: withFresh, answer: await world.ask(client.credentials(withFresh)) }
  return { client, mia, former, fresh }
}

describe.each(['finishRotation', 'cancelRotation'] as const)('%s', (step) => {
  it('ends the bearer JWTs of the secret that ends, in every process, and no others', async () => {
    const { client, mia, former, fresh } = await rotating()
    const other = await world.otherProcess()
    const [ended, stays] = step === 'finishRotation' ? [former, fresh] : [fresh, former]
    for (const { answer } of [ended, stays]) await expect(other.asBearer(answer)).resolves.toBeDefined()
    await world.tokens[step](mia, client.token.id)
    await world.settled()
    for (const process of [other, world]) {
      await expect(process.asBearer(ended.answer)).rejects.toMatchObject({ code: 'token.revoked' })
      await expect(process.asBearer(stays.answer)).resolves.toBeDefined()
    }
    const asked = await world.introspect(client.about(ended.answer.access_token, stays.sent))
    expect(JSON.stringify(asked)).toContain('{"active":false}')
  })

  it('leaves refresh tokens to the secret that stays, whichever they came by', async () => {
    const { client, mia, former, fresh } = await rotating()
    const other = await world.otherProcess()
    const [ended, stays] = step === 'finishRotation' ? [former, fresh] : [fresh, former]
    await world.tokens[step](mia, client.token.id)
    await world.settled()
    const text = ended.answer.refresh_token
    await expect(world.ask(client.refresh(text, ended.sent))).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    const next = await world.ask(client.refresh(text, stays.sent))
    for (const process of [other, world]) await expect(process.asBearer(next)).resolves.toBeDefined()
  })
})

it('an overlap that runs out takes the bearer JWTs of the former secret along', async () => {
  const { client, former, fresh } = await rotating()
  world.advance(DAY_SECONDS - 60)
  const late = await world.ask(client.credentials(former.sent))
  expect(late.expires_in).toBe(60)
  world.advance(60)
  await expect(world.asBearer(late)).rejects.toBeDefined()
  await expect(world.ask(client.refresh(late.refresh_token, fresh.sent))).resolves.toBeDefined()
})
