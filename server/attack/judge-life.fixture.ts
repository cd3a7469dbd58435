import {
  askAll,
  edit,
  exchange,
  issue,
  type Life,
  refresh,
  revoke,
  rotate,
  type Surroundings,
  WrongAnswer,
} from '#server/attack/life.fixture.ts'
import { unless } from '#server/attack/race.fixture.ts'

const names = ({ name, openName }: Life): readonly (string | undefined)[] => [name, openName]

const judgeUse = async (around: Surroundings, life: Life): Promise<readonly string[]> => {
  const statuses = (await askAll(around, life)).map(({ status }) => status)
  const all = (status: number) => statuses.every((each) => each === status)
  if (life.acknowledged.revoked > 0) return unless(all(401), `lost a revocation: ${statuses.join()}`)
  // Asked and not answered: it happened, to all of it, or it did not.
  if (life.open === 'revoked' && all(401)) return []
  return unless(all(200), `lost what was given out: ${statuses.join()}`)
}

const judgeName = async ({ server, owner }: Surroundings, life: Life): Promise<readonly string[]> => {
  const told = await server.manage(owner.cookie, 'GET', `${owner.tokens}/${life.id ?? ''}`)
  if (told.status !== 200) return [`lost a token: ${told.status}`]
  const name = String(told.json['name'])
  return unless(names(life).includes(name), `lost a name: "${name}", not ${names(life).join(' or ')}`)
}

type Step = (around: Surroundings, life: Life) => Promise<void>

/** Does something that must go well; `also`: an answer that says that it was done before. */
const mustGoWell = async (around: Surroundings, life: Life, step: Step, also = 0): Promise<readonly string[]> => {
  try {
    await step(around, life)
    return []
  } catch (thrown) {
    if (!(thrown instanceof WrongAnswer)) throw thrown
    return unless(thrown.answer.status === also, `could not go on: ${thrown.message}`)
  }
}

// What was asked and not answered, once more.
const RETRY = { issued: issue, edited: edit, rotated: rotate, revoked: revoke } as const
const DONE_BEFORE = 409

const judgeRetry = async (around: Surroundings, life: Life): Promise<readonly string[]> => {
  if (life.open === undefined || life.open === 'exchanged') return []
  return mustGoWell(around, life, RETRY[life.open], DONE_BEFORE)
}

/**
 * What does not hold of one life after its server broke off: what was acknowledged is there, what was asked and not
 * answered is there or not, and asking once more ends well. Ends it.
 */
export const judgeLife = async (around: Surroundings, life: Life): Promise<readonly string[]> => {
  // Nobody was told that it is there: whether it is, the store says.
  if (life.id === undefined) return judgeRetry(around, life)
  const faults = [...(await judgeUse(around, life)), ...(await judgeName(around, life))]
  if (life.acknowledged.revoked > 0) return faults
  if (life.open !== 'revoked' && life.refresh !== undefined) {
    faults.push(...(await mustGoWell(around, life, refresh)))
    faults.push(...(await mustGoWell(around, life, exchange)))
  }
  faults.push(...(await judgeRetry(around, life)))
  if (life.acknowledged.revoked === 0) faults.push(...(await mustGoWell(around, life, revoke)))
  return faults
}
