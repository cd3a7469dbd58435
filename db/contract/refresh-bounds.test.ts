import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { exchangeEvent, freshRefresh, refreshRowsOf, type Started, startFamily } from '#db/contract/refresh-rows.ts'
import { START } from '#db/contract/token-fixture.ts'
import { forgetsWith } from '#db/oauth-writes.ts'
import { ACTIVE_REFRESH_TOKENS_MAX, REFRESH_LIFETIME_SECONDS } from '#lib/oauth/refresh-token.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const rowsOf = () => refreshRowsOf(world)
const start = (...started: Started) => startFamily(world, ...started)

describe('what a client may have', () => {
  it('is at most 100 active, the oldest ending first, used ones not counted', async () => {
    const { token } = await world.client()
    const first = await start(token, 'first')
    await world.oauthStore.rotate(token, first, freshRefresh('second', { salt: 's' }), exchangeEvent(token))
    for (let index = 1; index < ACTIVE_REFRESH_TOKENS_MAX; index += 1) await start(token, `d${index}`)
    expect((await rowsOf()).every(({ endedAt }) => endedAt === null)).toBe(true)
    await start(token, 'one too many', { createdAt: START + 9 })
    const ended = (await rowsOf()).filter(({ endedAt }) => endedAt !== null)
    expect(ended).toMatchObject([{ digest: 'second', endedAt: START + 9, endedReason: 'evicted' }])
    await start(token, 'two too many', { createdAt: START + 10 })
    const left = (await rowsOf()).filter(({ usedAt, endedAt }) => usedAt === null && endedAt === null)
    expect(left).toHaveLength(ACTIVE_REFRESH_TOKENS_MAX)
    expect(left[0]).toMatchObject({ digest: 'd2' })
  })

  it('is as many after a rotation as before, whichever of them is used', async () => {
    const { token } = await world.client()
    const started = []
    for (let index = 0; index < ACTIVE_REFRESH_TOKENS_MAX; index += 1) started.push(await start(token, `d${index}`))
    for (const [turn, at] of [50, ACTIVE_REFRESH_TOKENS_MAX - 1, 1].entries()) {
      const used = started[at]
      if (!used) throw new Error('too few were started')
      await world.oauthStore.rotate(token, used, freshRefresh(`next${turn}`, { salt: 's' }), exchangeEvent(token))
    }
    const rows = await rowsOf()
    expect(rows.filter(({ endedAt }) => endedAt !== null)).toEqual([])
    expect(rows.filter(({ usedAt }) => usedAt === null)).toHaveLength(ACTIVE_REFRESH_TOKENS_MAX)
    await start(token, 'one too many', { createdAt: START + 9 })
    const ended = (await rowsOf()).filter(({ endedAt }) => endedAt !== null)
    expect(ended).toMatchObject([{ digest: 'd0' }])
  })

  it('is rid of what expired long ago with one list in sixteen, some at a time, and only of this token', async () => {
    const { token } = await world.client()
    const other = await world.client('max')
    await start(other.token, 'other')
    for (let index = 0; index < 70; index += 1) await start(token, `d${index}`)
    const later = START + REFRESH_LIFETIME_SECONDS + DAY_SECONDS
    await start(token, 'just before, A', { createdAt: later - 1 })
    await start(token, 'later', { createdAt: later })
    expect(await rowsOf()).toHaveLength(73)
    await start(token, 'later, A', { createdAt: later })
    expect(await rowsOf()).toHaveLength(74 - 64)
    await start(token, 'again, A', { createdAt: later })
    expect((await rowsOf()).map(({ digest }) => digest).sort()).toEqual([
      'again, A',
      'just before, A',
      'later',
      'later, A',
      'other',
    ])
  })

  it('draws by the end of the digest which list forgets: one of the sixteen characters it may end with', () => {
    const ends = Array.from({ length: 256 }, (_, byte) =>
      Buffer.from([...Buffer.alloc(31), byte])
        .toString('base64url')
        .slice(-1),
    )
    expect(new Set(ends).size).toBe(16)
    expect(ends.filter((end) => forgetsWith(`0123456${end}`))).toEqual(Array.from({ length: 16 }, () => 'A'))
  })
})
