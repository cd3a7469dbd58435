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

const formerEnd = async (tokenId: string) => (await world.ports.tokenStore.credentials('acme', tokenId))[1]?.endsAt
const after = (days: number) => ({ kind: 'after', seconds: days * DAY_SECONDS }) as const

const rotated = async (asked = personal(), who = mia) => {
  const { token } = await world.tokens.issue(who, asked)
  return (await world.tokens.rotate(who, token.id)).token
}

describe('extending a rotation', () => {
  it('moves the former credential’s end, counted from the rotation, again and again', async () => {
    const token = await rotated()
    world.advance(3600)
    const extended = await world.tokens.extendRotation(mia, token.id, after(7))
    expect(await formerEnd(token.id)).toBe(START + 7 * DAY_SECONDS)
    expect(extended).toEqual({ ...token, version: token.version + 1 })
    await world.tokens.extendRotation(mia, token.id, { kind: 'at', numericDate: START + 30 * DAY_SECONDS })
    expect(await formerEnd(token.id)).toBe(START + 30 * DAY_SECONDS)
  })

  it('is recorded with both ends and told to every cache; asking for the end it has is nothing', async () => {
    const token = await rotated()
    const before = await changesOf(world.connection)
    await world.tokens.extendRotation(mia, token.id, after(1))
    expect(await changesOf(world.connection)).toEqual(before)
    await world.tokens.extendRotation(mia, token.id, after(7))
    expect(await auditOf(world.connection, 'acme')).toContain(`token.rotation_extended ${token.id}`)
    expect(await changesOf(world.connection)).toEqual([...before, `token acme/${token.id}`])
  })

  it.each([
    [after(31), 'at most 30 days'],
    [after(0.5), 'finish the rotation'],
    [{ kind: 'at', numericDate: START }, 'finish the rotation'],
  ] as const)('beside the field: %j', async (request, told) => {
    const token = await rotated()
    await expect(world.tokens.extendRotation(mia, token.id, request)).rejects.toMatchObject({
      code: 'request.invalid',
      fields: { endsAt: [expect.stringContaining(told)] },
    })
  })

  it.each([
    { kind: 'after', seconds: Number.NaN },
    { kind: 'after', seconds: 0.5 },
    { kind: 'at', numericDate: -1 },
  ] as const)('is refused for %j', async (request) => {
    const token = await rotated()
    await expect(world.tokens.extendRotation(mia, token.id, request)).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('gives time, so it asks for a fresh sign-in for a token of the account, not for a personal one', async () => {
    const adam = await world.as('adam')
    const ours = await rotated(account(), adam)
    const mine = await rotated(personal(), adam)
    const stale = await world.as('adam', { signedInAt: START - FRESH_SIGN_IN_SECONDS - FORM_GRACE_SECONDS - 1 })
    await expect(world.tokens.extendRotation(stale, ours.id, after(7))).rejects.toMatchObject({ code: 'session.stale' })
    expect(await formerEnd(ours.id)).toBe(START + DAY_SECONDS)
    await expect(world.tokens.extendRotation(stale, mine.id, after(7))).resolves.toBeDefined()
  })

  it('brings back nothing that has ended', async () => {
    const token = await rotated()
    world.advance(DAY_SECONDS)
    await expect(world.tokens.extendRotation(mia, token.id, after(7))).rejects.toMatchObject({
      code: 'token.no_rotation',
    })
  })

  it('is for those who may touch the token', async () => {
    const token = await rotated(account(), await world.as('olga'))
    await expect(world.tokens.extendRotation(await world.as('adam'), token.id, after(7))).rejects.toMatchObject({
      code: 'access.too_strong',
    })
    await expect(world.tokens.extendRotation(await world.as('gus'), token.id, after(7))).rejects.toMatchObject({
      code: 'resource.not_found',
    })
  })
})
