import type { AccessStore } from '#lib/access/access-store.ts'
import type { EnvironmentStore, LeakReaction } from '#lib/access/environment-store.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { LeakStore } from '#lib/leaks/leak-store.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What setting the reaction needs of the world. */
export type SetLeakReactionPorts = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly accessStore: Pick<AccessStore, 'environment'>
  readonly environmentStore: Pick<EnvironmentStore, 'settings'>
  readonly leakStore: Pick<LeakStore, 'setReaction'>
}

/** The reactions there are, the strictest first. */
export const LEAK_REACTIONS: readonly LeakReaction[] = ['revoke', 'pause', 'tell']

/**
 * Sets what happens from now on to tokens whose credential is found; whoever runs this holds the machine, and that is
 * recorded. Answers whether it was another one before. Setting what is set changes nothing.
 */
export const setLeakReaction =
  ({ clock, randomness, accessStore, environmentStore, leakStore }: SetLeakReactionPorts) =>
  (reaction: LeakReaction): Promise<boolean> =>
    rerunWhenStale(async () => {
      const { rightsVersion: version } = await accessStore.environment()
      const { leakReaction: former } = await environmentStore.settings()
      if (former === reaction) return false
      const event = {
        tenantId: ENVIRONMENT_SCOPE,
        id: randomness.uuid(),
        at: clock.now(),
        type: 'environment.leak_reaction_set' as const,
        actor: { kind: 'system' as const, id: 'command', name: 'Command line' },
        target: { kind: 'environment', id: ENVIRONMENT_SCOPE, name: 'Latchkey' },
        requestId: randomness.uuid(),
        address: undefined,
        details: { former, reaction },
      }
      await leakStore.setReaction(reaction, { version, event })
      return true
    })
