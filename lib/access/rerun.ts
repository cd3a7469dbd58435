import { StaleDecision } from '#lib/access/rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const RUNS_MAX = 3

/**
 * Runs a use-case again, from its reading on, when its decision went stale; after three runs `request.stale`. A use-case
 * that reads from memory is told when it runs again: what it remembers is what the store met otherwise.
 */
export const rerunWhenStale = async <Result>(
  decideAndWrite: (isRerun: boolean) => Promise<Result>,
): Promise<Result> => {
  for (let run = 1; run <= RUNS_MAX; run += 1) {
    try {
      return await decideAndWrite(run > 1)
    } catch (thrown) {
      if (!(thrown instanceof StaleDecision)) throw thrown
    }
  }
  throw new PortalError('request.stale')
}
