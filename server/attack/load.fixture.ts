import { setTimeout as delay } from 'node:timers/promises'
import { judgeLife } from '#server/attack/judge-life.fixture.ts'
import {
  acknowledgedOf,
  type Life,
  live,
  newLife,
  type Surroundings,
  WrongAnswer,
} from '#server/attack/life.fixture.ts'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { times } from '#server/attack/race-world.fixture.ts'

const USERS = 8
const LOOK_MS = 1

/** Users at work: every token they lived, and what no healthy server does. */
export type Load = {
  readonly lives: Life[]
  readonly faults: string[]
  /** Answers that said: not now. */
  refusals: number
  /** Waits until so many changes were acknowledged, something is wrong, or nobody asks any more. */
  acknowledges(least: number): Promise<void>
  /** Lets each finish what it asked; resolves when nobody asks any more, as it also does when the connection breaks. */
  stop(): Promise<void>
}

type LoadOptions = {
  readonly users?: number
  /** Whether an answer that is not what was wished for is one that a user may meet: its token is left as it is. */
  readonly forgives?: (answer: Answer) => boolean
}

/** Users who live one token after the other, until they are stopped or the connection breaks. */
export const startLoad = (
  around: Surroundings,
  name: string,
  { users = USERS, forgives = () => false }: LoadOptions = {},
): Load => {
  const lives: Life[] = []
  const faults: string[] = []
  let stopped = false
  const liveOne = async (life: Life): Promise<void> => {
    try {
      await live(around, life)
    } catch (thrown) {
      if (!(thrown instanceof WrongAnswer && forgives(thrown.answer))) throw thrown
      load.refusals += 1
    }
  }
  const user = async (index: number): Promise<void> => {
    for (let count = 0; !stopped; count += 1) {
      const type = (index + count) % 2 === 0 ? 'access_token' : 'client_credentials'
      const life = newLife(type, `${name}-${index}-${count}`)
      lives.push(life)
      await liveOne(life)
    }
  }
  const working = times(users, (index) =>
    user(index).catch((thrown: unknown) => {
      // What broke must be the connection, nothing before it.
      if (!(thrown instanceof TypeError)) faults.push(String(thrown))
    }),
  )
  let over = false
  const ended = Promise.all(working).then(() => {
    over = true
  })
  const load: Load = {
    lives,
    faults,
    refusals: 0,
    acknowledges: async (least) => {
      while (acknowledgedOf(lives) < least && faults.length === 0 && !over) await delay(LOOK_MS)
    },
    stop: async () => {
      stopped = true
      await ended
    },
  }
  return load
}

/** What does not hold of what these were told, asked of a server. */
export const judgeLives = async (around: Surroundings, lives: readonly Life[]): Promise<readonly string[]> => {
  const faults: string[] = []
  for (const life of lives) faults.push(...(await judgeLife(around, life)).map((fault) => `${life.key}: ${fault}`))
  return faults
}
