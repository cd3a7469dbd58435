import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { account, personal, START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { FORM_GRACE_SECONDS, FRESH_SIGN_IN_SECONDS } from '#lib/access/fresh-sign-in.ts'
import type { Principal } from '#lib/access/principal.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: TokenFixture
let mia: Principal
beforeEach(async () => {
  world = await tokenFixture()
  mia = await world.as('mia')
})
afterEach(() => world.remove())

const ends = async (tokenId: string) =>
  (await world.ports.tokenStore.credentials('acme', tokenId)).map(({ endsAt }) => endsAt)

const rotated = async (asked = personal(), who = mia) => {
  const { token } = await world.tokens.issue(who, asked)
  world.advance(10)
  const again = await world.tokens.rotate(who, token.id)
  world.advance(10)
  return again.token
}

describe('finishing a rotation', () => {
  it('ends the former credential now and leaves the rest as it is', async () => {
    const token = await rotated()
    const finished = await world.tokens.finishRotation(mia, token.id)
    expect(await ends(token.id)).toEqual([null, START + 20])
    expect(finished).toEqual({ ...token, version: token.version + 1 })
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(finished)
  })

  it('is recorded and told to every cache', async () => {
    const token = await rotated()
    const before = await changesOf(world.connection)
    await world.tokens.finishRotation(mia, token.id)
    expect(await auditOf(world.connection, 'acme')).toContain(`token.rotation_finished ${token.id}`)
    expect(await changesOf(world.connection)).toEqual([...before, `token acme/${token.id}`])
  })

  it('is over once it is done, or the overlap has run out, or there was none', async () => {
    const refusal = { code: 'token.no_rotation' }
    const token = await rotated()
    await world.tokens.finishRotation(mia, token.id)
    await expect(world.tokens.finishRotation(mia, token.id)).rejects.toMatchObject(refusal)
    const other = await rotated()
    world.advance(DAY_SECONDS)
    await expect(world.tokens.finishRotation(mia, other.id)).rejects.toMatchObject(refusal)
    const { token: whole } = await world.tokens.issue(mia, personal())
    await expect(world.tokens.finishRotation(mia, whole.id)).rejects.toMatchObject(refusal)
  })

  it('means the rotation that was seen: never one that came after it', async () => {
    const token = await rotated()
    const [seen] = await world.ports.tokenStore.credentials('acme', token.id)
    await world.tokens.rotate(mia, token.id)
    const rotationId = seen?.id
    await expect(world.tokens.finishRotation(mia, token.id, { rotationId })).rejects.toMatchObject({
      code: 'token.no_rotation',
    })
    expect((await ends(token.id)).filter((end) => end === null || end > world.clock.now())).toHaveLength(2)
  })

  it('takes away, so it asks for no fresh sign-in', async () => {
    const adam = await world.as('adam')
    const token = await rotated(account(), adam)
    const stale = await world.as('adam', { signedInAt: START - FRESH_SIGN_IN_SECONDS - FORM_GRACE_SECONDS - 60 })
    await expect(world.tokens.finishRotation(stale, token.id)).resolves.toBeDefined()
  })

  it('is for those who may touch the token: its owner, and whoever is as strong', async () => {
    const token = await rotated()
    await expect(world.tokens.finishRotation(await world.as('max'), token.id)).rejects.toMatchObject({
      code: 'resource.not_found',
    })
    await expect(world.tokens.finishRotation(await world.as('gus'), token.id)).rejects.toMatchObject({
      code: 'resource.not_found',
    })
    await expect(world.tokens.finishRotation(await world.as('adam'), token.id)).resolves.toBeDefined()
    const ours = await rotated(account(), await world.as('olga'))
    await expect(world.tokens.finishRotation(await world.as('adam'), ours.id)).rejects.toMatchObject({
      code: 'access.too_strong',
    })
  })

  it('is for tokens that live', async () => {
    const token = await rotated()
    await world.tokens.revoke(mia, token.id)
    await expect(world.tokens.finishRotation(mia, token.id)).rejects.toMatchObject({ code: 'token.not_active' })
  })
})
