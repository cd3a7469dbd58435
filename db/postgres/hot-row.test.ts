import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'

// More exchanges of one client than there are connections wait for its row, and for longer than any lock is waited for.
const WAITING = 6

let world: ApiWorld
beforeEach(async () => {
  world = await apiWorld()
})
afterEach(() => world.remove())

it('exchanges that waited in vain are told to come again, and none is lost or done by halves', async () => {
  const client = await world.client()
  const exchange = () => world.send('/oauth/token', { method: 'POST', body: new URLSearchParams(client.credentials()) })
  const recorded = async () => {
    const [tokens] = await world.raw.rows('select count(*) as n from refresh_tokens')
    const [events] = await world.raw.rows(`select count(*) as n from audit_events where type = 'token.exchanged'`)
    return [Number(tokens?.['n']), Number(events?.['n'])]
  }
  expect((await exchange()).status).toBe(200)
  const letGo = await world.raw.hold()
  const refused = await Promise.all(Array.from({ length: WAITING }, exchange))
  for (const answer of refused.filter(({ status }) => status !== 200)) {
    expect([answer.status, Number(answer.headers.get('Retry-After'))]).toEqual([503, 1])
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  }
  await letGo()
  const good = 1 + refused.filter(({ status }) => status === 200).length
  expect(good).toBeLessThan(1 + WAITING)
  expect(await recorded()).toEqual([good, good])
  const answers = await Promise.all(Array.from({ length: WAITING }, exchange))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(await recorded()).toEqual([good + WAITING, good + WAITING])
})
