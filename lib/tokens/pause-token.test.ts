import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, type PersonId, personal, START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'

let world: TokenFixture
let tokenId: string
beforeEach(async () => {
  world = await tokenFixture()
  tokenId = (await world.tokens.issue(await world.as('mia'), personal({ expiry: { kind: 'after', seconds: 60 } })))
    .token.id
})
afterEach(() => world.remove())

const pause = async (who: PersonId, reason?: string) => world.tokens.pause(await world.as(who), tokenId, reason)
const resume = async (who: PersonId) => world.tokens.resume(await world.as(who), tokenId)
const stateOf = async () => (await world.tokens.describe(await world.as('mia'), tokenId)).state

describe('pausing', () => {
  it('says since when, by whom and why, and resuming forgets it', async () => {
    const paused = await pause('mia', '  on holiday ')
    expect(paused.paused).toEqual({ at: START, by: 'mia', level: 20, reason: 'on holiday' })
    expect(await world.ports.tokenStore.find('acme', tokenId)).toEqual(paused)
    expect(await stateOf()).toBe('paused')
    expect((await resume('mia')).paused).toBeNull()
    expect(await stateOf()).toBe('expiring')
  })

  it('changes nothing the second time, and neither does resuming', async () => {
    const paused = await pause('mia', 'first')
    world.advance(1)
    expect(await pause('mia', 'second')).toEqual(paused)
    const resumed = await resume('mia')
    expect(await resume('mia')).toEqual(resumed)
    expect(resumed.version).toBe(2)
  })

  it('by a stronger hand lasts until someone as strong resumes it', async () => {
    await pause('adam')
    await expect(resume('mia')).rejects.toMatchObject({ code: 'access.too_strong' })
    expect(await stateOf()).toBe('paused')
    expect((await resume('anna')).paused).toBeNull()
    await pause('olga')
    await expect(resume('adam')).rejects.toMatchObject({ code: 'access.too_strong' })
  })

  it('of a paused token by a stronger hand takes the resuming from the weaker', async () => {
    await pause('mia', 'on holiday')
    const taken = await pause('adam', 'leaked?')
    expect(taken.paused).toEqual({ at: START, by: 'adam', level: 10, reason: 'leaked?' })
    expect((await pause('mia')).paused).toEqual(taken.paused)
    await expect(resume('mia')).rejects.toMatchObject({ code: 'access.too_strong' })
  })

  it('is not undone by what a paused token still allows', async () => {
    await pause('adam')
    await world.tokens.edit(await world.as('mia'), tokenId, { name: 'renamed' })
    await world.tokens.rotate(await world.as('mia'), tokenId)
    expect(await stateOf()).toBe('paused')
  })

  it('lets the expiry run on, and is not for what has ended', async () => {
    await pause('mia')
    world.advance(60)
    expect(await stateOf()).toBe('expired')
    await expect(resume('mia')).rejects.toMatchObject({ code: 'token.not_active' })
    await expect(pause('adam')).rejects.toMatchObject({ code: 'token.not_active' })
  })

  it('does not stop a token from being revoked', async () => {
    const ours = await world.tokens.issue(await world.as('adam'), account())
    await world.tokens.pause(await world.as('olga'), ours.token.id)
    expect((await world.tokens.revoke(await world.as('adam'), ours.token.id)).revoked).not.toBeNull()
  })

  it.each(['x'.repeat(501), 'a\0b'])('refuses a reason that no field takes', async (reason) => {
    await expect(pause('mia', reason)).rejects.toMatchObject({
      code: 'request.invalid',
      fields: { reason: [expect.any(String)] },
    })
  })
})
