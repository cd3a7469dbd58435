import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
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

describe('rotating', () => {
  it('keeps the token and adds a credential; the former ends after the overlap', async () => {
    const { token, secret } = await world.tokens.issue(mia, personal({ type: 'client_credentials' }))
    const rotated = await world.tokens.rotate(mia, token.id, { overlapSeconds: 3600 })
    expect(rotated.token).toEqual({ ...token, hint: rotated.token.hint, version: 1 })
    expect(rotated.secret).toMatchObject({ type: 'client_credentials', clientId: token.id })
    expect(rotated.secret).not.toEqual(secret)
    expect(await ends(token.id)).toEqual([null, START + 3600])
    expect((await world.ports.tokenStore.find('acme', token.id))?.hint).toBe(rotated.token.hint)
  })

  it('overlaps a day unless told otherwise, and not at all when told so', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, token.id)
    expect(await ends(token.id)).toEqual([null, START + DAY_SECONDS])
    world.advance(10)
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 0 })
    expect(await ends(token.id)).toEqual([null, START + 10, START + 10])
  })

  it('leaves two good credentials at most: one in its overlap ends at once', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 60 })
    world.advance(10)
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 3600 })
    expect(await ends(token.id)).toEqual([null, START + 10 + 3600, START + 10])
    world.advance(3600)
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 3600 })
    expect(await ends(token.id)).toEqual([null, START + 3610 + 3600, START + 3610, START + 10])
  })

  it('gives an access JWT the end of its token', async () => {
    const { token } = await world.tokens.issue(mia, personal({ expiry: { kind: 'after', seconds: DAY_SECONDS } }))
    world.advance(100)
    const { secret } = await world.tokens.rotate(mia, token.id)
    if (secret.type !== 'access_token') throw new Error('asked for an access token')
    expect(decodeJwt(secret.accessToken)).toMatchObject({ sub: token.id, iat: START + 100, exp: START + DAY_SECONDS })
  })

  it('gives token and JWT another end where one is asked for, within the policy', async () => {
    const expiry = (days: number) => ({ kind: 'after', seconds: days * DAY_SECONDS }) as const
    const { token } = await world.tokens.issue(mia, personal({ expiry: expiry(2) }))
    world.advance(100)
    const { secret, token: rotated } = await world.tokens.rotate(mia, token.id, { expiry: expiry(90) })
    if (secret.type !== 'access_token') throw new Error('asked for an access token')
    const end = START + 100 + 90 * DAY_SECONDS
    expect(decodeJwt(secret.accessToken).exp).toBe(end)
    expect(rotated.expiresAt).toBe(end)
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(rotated)
    const never = await world.tokens.rotate(mia, token.id, { expiry: { kind: 'never' } })
    if (never.secret.type !== 'access_token') throw new Error('asked for an access token')
    expect([never.token.expiresAt, decodeJwt(never.secret.accessToken).exp]).toEqual([null, undefined])
    await world.rights.setPolicy({ lifetimeSecondsMax: 30 * DAY_SECONDS })
    for (const asked of [expiry(31), { kind: 'never' } as const])
      await expect(world.tokens.rotate(mia, token.id, { expiry: asked })).rejects.toMatchObject({
        code: 'token.policy',
        fields: { expiry: [expect.any(String)] },
      })
    await expect(
      world.tokens.rotate(mia, token.id, { expiry: { kind: 'at', numericDate: START } }),
    ).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('moves the end of client credentials as well', async () => {
    const { token } = await world.tokens.issue(mia, personal({ type: 'client_credentials' }))
    const numericDate = START + 7 * DAY_SECONDS
    await world.tokens.rotate(mia, token.id, { expiry: { kind: 'at', numericDate } })
    expect((await world.ports.tokenStore.find('acme', token.id))?.expiresAt).toBe(numericDate)
  })

  it('gives the former credential no time that its token did not have', async () => {
    const { token } = await world.tokens.issue(mia, personal({ expiry: { kind: 'after', seconds: 3600 } }))
    await world.tokens.rotate(mia, token.id, { expiry: { kind: 'never' }, overlapSeconds: 7 * DAY_SECONDS })
    expect(await ends(token.id)).toEqual([null, START + 3600])
  })

  it('repeats nothing for a repeated request', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, token.id, { idempotencyKey: 'form-1' })
    await expect(world.tokens.rotate(mia, token.id, { idempotencyKey: 'form-1' })).rejects.toMatchObject({
      code: 'token.already_issued',
      subject: token.id,
    })
    expect(await ends(token.id)).toHaveLength(2)
  })

  it('ends no credential that was made since the one it shall replace (two forms open at once)', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    const [deployed] = await world.ports.tokenStore.credentials('acme', token.id)
    const form = { overlapSeconds: DAY_SECONDS, replaces: deployed?.id, idempotencyKey: 'first' }
    await world.tokens.rotate(mia, token.id, form)
    world.advance(10)
    await expect(world.tokens.rotate(mia, token.id, { ...form, idempotencyKey: 'second' })).rejects.toMatchObject({
      code: 'request.stale',
    })
    expect(await ends(token.id)).toEqual([null, START + DAY_SECONDS])
    // Asked again it says what became of it, not that somebody else was first.
    await expect(world.tokens.rotate(mia, token.id, form)).rejects.toMatchObject({ code: 'token.already_issued' })
    const [current] = await world.ports.tokenStore.credentials('acme', token.id)
    await world.tokens.rotate(mia, token.id, { ...form, replaces: current?.id, idempotencyKey: 'third' })
    expect(await ends(token.id)).toEqual([null, START + 10 + DAY_SECONDS, START + 10])
  })

  it('keeps twenty of those that have ended, however often it is done', async () => {
    const { token } = await world.tokens.issue(mia, personal({ type: 'client_credentials' }))
    for (let round = 1; round <= 23; round += 1) {
      world.advance(1)
      await world.tokens.rotate(mia, token.id, { overlapSeconds: 60 })
    }
    const kept = await world.ports.tokenStore.credentials('acme', token.id)
    expect(kept.map(({ endsAt }) => endsAt)).toEqual([
      null,
      START + 23 + 60,
      ...Array.from({ length: 20 }, (_, n) => START + 23 - n),
    ])
  })

  it('of a token whose newest credential ended with its key replaces that one', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    const [lost] = await world.ports.tokenStore.credentials('acme', token.id)
    const { credentials } = world.connection.schema
    await amend(world.connection, (tx) =>
      tx.update(credentials).set({ endsAt: START }).where(eq(credentials.tokenId, token.id)).returning(),
    )
    await world.tokens.rotate(mia, token.id, { replaces: lost?.id })
    expect((await ends(token.id))[0]).toBeNull()
  })

  it('gives the secret of a personal token to its owner alone', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    for (const who of ['adam', 'olga'] as const)
      await expect(world.tokens.rotate(await world.as(who), token.id)).rejects.toMatchObject({ code: 'access.denied' })
    expect(await ends(token.id)).toEqual([null])
  })

  it('of an account’s token is for hands as strong as its granter’s', async () => {
    const ours = await world.tokens.issue(await world.as('olga'), account())
    await expect(world.tokens.rotate(await world.as('adam'), ours.token.id)).rejects.toMatchObject({
      code: 'access.too_strong',
    })
    expect(await ends(ours.token.id)).toEqual([null])
  })

  it('asks for a fresh sign-in for a token of the account, not for a personal one', async () => {
    const ours = await world.tokens.issue(await world.as('adam'), account())
    const mine = await world.tokens.issue(await world.as('adam'), personal())
    const stale = await world.as('adam', { signedInAt: START - FRESH_SIGN_IN_SECONDS - FORM_GRACE_SECONDS - 1 })
    await expect(world.tokens.rotate(stale, ours.token.id)).rejects.toMatchObject({ code: 'session.stale' })
    await expect(world.tokens.rotate(stale, mine.token.id)).resolves.toBeDefined()
  })

  it('is for tokens that live', async () => {
    const { token } = await world.tokens.issue(mia, personal({ expiry: { kind: 'after', seconds: 60 } }))
    world.advance(60)
    await expect(world.tokens.rotate(mia, token.id)).rejects.toMatchObject({ code: 'token.not_active' })
  })

  it.each([-1, 0.5, 30 * DAY_SECONDS + 1])('refuses an overlap of %d seconds', async (overlapSeconds) => {
    const { token } = await world.tokens.issue(mia, personal())
    await expect(world.tokens.rotate(mia, token.id, { overlapSeconds })).rejects.toMatchObject({
      code: 'request.invalid',
      fields: { overlapSeconds: [expect.any(String)] },
    })
  })
})
