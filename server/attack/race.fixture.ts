import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import type { RaceWorld } from '#server/attack/race-world.fixture.ts'

/** Something that must hold whoever else writes at the same moment; each round answers what did not. */
export type Race = {
  readonly id: string
  /** What is counted, and in which the goal is 0. */
  readonly metric: string
  /** Rounds of `npm test`, and of `npm run prove`. */
  readonly rounds: { readonly short: number; readonly long: number }
  run(world: RaceWorld, round: number): Promise<readonly string[]>
}

/** A fault, unless something holds. */
export const unless = (holds: boolean, fault: string): readonly string[] => (holds ? [] : [fault])

/** The answers of another status. */
export const others = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status !== status)

/** How many of these bearer JWTs are taken, asked of both portals. */
export const bearersGood = async ({ one, other }: RaceWorld, bearers: readonly string[]) => {
  const asked = bearers.flatMap((bearer) => [one, other].map((server) => server.validate(bearer, 'authorization')))
  return (await Promise.all(asked)).filter(({ status }) => status === 200).length
}

const LOOK_MS = 5

/** How many of them are taken when both portals have had the time to hear of what ended them. */
export const bearersLeft = async (world: RaceWorld, bearers: readonly string[]): Promise<number> => {
  const deadline = performance.now() + (world.newsMs ?? 0)
  for (;;) {
    const good = await bearersGood(world, bearers)
    if (good === 0 || performance.now() >= deadline) return good
    await delay(LOOK_MS)
  }
}
