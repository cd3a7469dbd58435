import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, personal, START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

describe('revoking', () => {
  it('says when and by whom, for good, and repeats nothing', async () => {
    const mia = await world.as('mia')
    const { token } = await world.tokens.issue(mia, personal())
    const revoked = await world.tokens.revoke(mia, token.id)
    expect(revoked.revoked).toEqual({ at: START, by: 'mia', reason: 'by_hand' })
    world.advance(5)
    expect(await world.tokens.revoke(mia, token.id)).toEqual(revoked)
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(revoked)
    for (const again of [world.tokens.resume(mia, token.id), world.tokens.rotate(mia, token.id)])
      await expect(again).rejects.toMatchObject({ code: 'token.not_active' })
  })

  it('asks for no fresh sign-in, and takes expired tokens too', async () => {
    const { token } = await world.tokens.issue(
      await world.as('adam'),
      account({ expiry: { kind: 'after', seconds: 60 } }),
    )
    world.advance(60)
    const longAgo = await world.as('adam', { signedInAt: START - 30 * DAY_SECONDS })
    expect((await world.tokens.revoke(longAgo, token.id)).revoked?.by).toBe('adam')
  })

  it('works while tokens are switched off', async () => {
    const { token } = await world.tokens.issue(await world.as('mia'), personal())
    await world.rights.switchOff('environment')
    expect((await world.tokens.revoke(await world.as('mia'), token.id)).revoked).not.toBeNull()
  })
})
