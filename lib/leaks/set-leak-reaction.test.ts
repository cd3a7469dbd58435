import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LeakWorld, leakWorld } from '#db/contract/leak-world.ts'
import { changesOf } from '#db/contract/read-records.ts'
import { LEAK_REACTIONS } from '#lib/leaks/set-leak-reaction.ts'

let world: LeakWorld
beforeEach(async () => {
  world = await leakWorld()
})
afterEach(() => world.remove())

describe('the reaction', () => {
  it('is set once, and recorded as the work of whoever holds the machine', async () => {
    expect(await world.react('pause')).toBe(true)
    expect(await world.react('pause')).toBe(false)
    expect((await world.ports.environmentStore.settings()).leakReaction).toBe('pause')
    const rows = await world.connection.queries.select().from(world.connection.schema.auditEvents)
    expect(rows).toMatchObject([
      {
        tenantId: '*',
        type: 'environment.leak_reaction_set',
        actorKind: 'system',
        details: '{"former":"revoke","reaction":"pause"}',
      },
    ])
    expect(await changesOf(world.connection)).toEqual(['environment environment'])
  })
  it('counts from the next report on, also for one that was decided on before', async () => {
    for (const reaction of LEAK_REACTIONS) {
      await world.react(reaction)
      const { text } = await world.accessToken('mia', { name: reaction })
      expect(await world.report(text)).toEqual({ recognised: 1, reaction })
    }
    expect(new Set((await world.leaks()).map(({ details }) => details['reaction']))).toEqual(new Set(LEAK_REACTIONS))
  })
})
