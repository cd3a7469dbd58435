import { StaleDecision } from '#lib/access/rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const RUNS_MAX = 3

/** Runs a use-case again, from its reading on, when its decision went stale; after three runs `request.stale`. */
export const rerunWhenStale = async <Result>(decideAndWrite: () => Promise<Result>): Promise<Result> => {
  for (let run = 1; run <= RUNS_MAX; run += 1) {
    try {
      return await decideAndWrite()
    } catch (thrown) {
      if (!(thrown instanceof StaleDecision)) throw thrown
    }
  }
  throw new PortalError('request.stale')
}
