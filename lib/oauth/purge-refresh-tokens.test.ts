import { afterEach, beforeEach, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { refreshRowsOf, startFamily } from '#db/contract/refresh-rows.ts'
import { START } from '#db/contract/token-fixture.ts'
import { purgeRefreshTokens } from '#lib/oauth/purge-refresh-tokens.ts'
import { digestsFrom } from '#lib/oauth/refresh-text.ts'
import { REFRESH_LIFETIME_SECONDS } from '#lib/oauth/refresh-token.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

it('forgets what expired a day ago, of every client, and nothing that somebody could still present', async () => {
  const clients = [(await world.client()).token, (await world.client('max')).token]
  const now = START + REFRESH_LIFETIME_SECONDS + DAY_SECONDS
  for (const [index, token] of clients.entries())
    for (const [name, createdAt] of [
      ['old', START],
      ['kept', START + 1],
      ['new', now],
    ] as const)
      await startFamily(world, token, `${digestsFrom(createdAt)}${name}${index}`, { createdAt })
  // As earlier versions stored them: where its digest stands says nothing of its age.
  const [first] = clients
  if (first) await startFamily(world, first, '00000000 young', { createdAt: now })
  await purgeRefreshTokens(world)({ since: 0, now })
  const left = (await refreshRowsOf(world)).map(({ digest }) => digest.slice(8)).sort()
  expect(left).toEqual([' young', 'kept0', 'kept1', 'new0', 'new1'])
})
