import type { ChangeFeed } from '#lib/changes/change.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'

/** Whether work is welcome; else why not, in words that anybody may read. */
export type Readiness = true | string

type ReadinessPorts = {
  readonly changeFeed: Pick<ChangeFeed, 'commitMark'>
  readonly environmentStore: { settings(): Promise<unknown> }
  readonly keyRing: Pick<KeyRing, 'catchUp'>
}

// Balancers ask every few seconds and wait about as long.
const ANSWER_MS_MAX = 2000

const within = async (work: Promise<unknown>, milliseconds: number): Promise<boolean> => {
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(() => late.resolve(false), milliseconds)
  try {
    return await Promise.race([work.then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const readFeed = ({ changeFeed }: ReadinessPorts): Readiness => {
  try {
    changeFeed.commitMark()
    return true
  } catch (thrown) {
    const isRestored = isPortalError(thrown) && thrown.code === 'store.restored'
    return isRestored ? 'the database was restored, and not accepted yet' : 'the change feed cannot be read'
  }
}

const readStore = async ({ environmentStore, keyRing }: ReadinessPorts): Promise<void> => {
  await environmentStore.settings()
  await keyRing.catchUp()
}

/**
 * Whether this process can answer validations now: its change feed is current, and its store can be read. Answers within
 * two seconds, and never rejects: a store that hangs is one that cannot be read. Anybody may ask, as often as they like: the
 * store is read for all who ask meanwhile at once, and not again before it has answered.
 */
export const checkReadiness = (ports: ReadinessPorts, answerMsMax = ANSWER_MS_MAX): (() => Promise<Readiness>) => {
  let reading: Promise<void> | undefined
  const readOnce = (): Promise<void> => {
    reading ??= readStore(ports).finally(() => {
      reading = undefined
    })
    return reading
  }
  return async () => {
    const feed = readFeed(ports)
    if (feed !== true) return feed
    try {
      return (await within(readOnce(), answerMsMax)) || 'the store does not answer'
    } catch {
      return 'the store cannot be read'
    }
  }
}
