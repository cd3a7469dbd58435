import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
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

const WEEK = { kind: 'after', seconds: 7 * DAY_SECONDS } as const

describe('cancelling a rotation', () => {
  it('ends the new credential now; the former one lives on as before, hint and end included', async () => {
    const { token } = await world.tokens.issue(mia, personal({ expiry: WEEK }))
    world.advance(10)
    const later = { kind: 'after', seconds: 90 * DAY_SECONDS } as const
    const rotated = await world.tokens.rotate(mia, token.id, { expiry: later })
    expect(rotated.token.expiresAt).toBe(START + 10 + 90 * DAY_SECONDS)
    world.advance(10)
    const cancelled = await world.tokens.cancelRotation(mia, token.id)
    expect(await ends(token.id)).toEqual([START + 20, null])
    expect(cancelled).toEqual({ ...token, version: 2 })
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(cancelled)
  })

  it('is recorded and told to every cache', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, token.id)
    const before = await changesOf(world.connection)
    await world.tokens.cancelRotation(mia, token.id)
    expect(await auditOf(world.connection, 'acme')).toContain(`token.rotation_cancelled ${token.id}`)
    expect(await changesOf(world.connection)).toEqual([...before, `token acme/${token.id}`])
  })

  it('leaves a token that can be rotated again', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    for (const step of ['rotate', 'cancelRotation'] as const) {
      world.advance(10)
      await world.tokens[step](mia, token.id)
    }
    world.advance(10)
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 60 })
    expect(await ends(token.id)).toEqual([null, START + 20, START + 30 + 60])
    const { rotation, credentials } = await world.tokens.describe(mia, token.id)
    expect(rotation?.former.hint).toBe(token.hint)
    expect(credentials.map(({ state }) => state)).toEqual(['current', 'ended', 'former'])
  })

  it('is over once the former one has ended: nothing would be left that works', async () => {
    const { token } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, token.id)
    await world.tokens.finishRotation(mia, token.id)
    await expect(world.tokens.cancelRotation(mia, token.id)).rejects.toMatchObject({ code: 'token.no_rotation' })
    const { token: other } = await world.tokens.issue(mia, personal())
    await world.tokens.rotate(mia, other.id, { overlapSeconds: 0 })
    await expect(world.tokens.cancelRotation(mia, other.id)).rejects.toMatchObject({ code: 'token.no_rotation' })
    expect((await ends(other.id))[0]).toBeNull()
  })

  it('shows no hint where the record of the rotation is gone, rather than one of a refused credential', async () => {
    const { token } = await world.tokens.issue(mia, personal({ expiry: WEEK }))
    await world.tokens.rotate(mia, token.id)
    const [made] = await world.ports.tokenStore.credentials('acme', token.id)
    const { auditEvents } = world.connection.schema
    await amend(world.connection, (tx) =>
      tx
        .delete(auditEvents)
        .where(eq(auditEvents.id, made?.id ?? ''))
        .returning(),
    )
    const cancelled = await world.tokens.cancelRotation(mia, token.id)
    expect(cancelled).toMatchObject({ hint: '', expiresAt: token.expiresAt })
    expect((await world.tokens.describe(mia, token.id)).credentials[1]?.hint).toBeUndefined()
  })

  it('takes away, so it asks for no fresh sign-in', async () => {
    const adam = await world.as('adam')
    const { token } = await world.tokens.issue(adam, account())
    await world.tokens.rotate(adam, token.id)
    const stale = await world.as('adam', { signedInAt: START - FRESH_SIGN_IN_SECONDS - FORM_GRACE_SECONDS - 1 })
    await expect(world.tokens.cancelRotation(stale, token.id)).resolves.toBeDefined()
  })

  it('is for those who may touch the token', async () => {
    const { token } = await world.tokens.issue(await world.as('olga'), account())
    await world.tokens.rotate(await world.as('olga'), token.id)
    await expect(world.tokens.cancelRotation(await world.as('adam'), token.id)).rejects.toMatchObject({
      code: 'access.too_strong',
    })
    await expect(world.tokens.cancelRotation(mia, token.id)).rejects.toMatchObject({ code: 'resource.not_found' })
    expect((await ends(token.id))[0]).toBeNull()
  })
})
