import { createTally, type Tally } from '#lib/errors/tally.ts'
import type { Around, Operation } from '#server/metrics/around.ts'
import { createDurations, type Durations } from '#server/metrics/durations.ts'
import { ROUTE_CLASSES, type RouteClass } from '#server/route-class.ts'
import type { RequestWatcher } from '#server/watch-requests.ts'

const OPERATIONS: readonly Operation[] = ['store.read', 'store.write', 'mail.send']

/** What a process counts while it works, and nobody looks at until monitoring asks. */
export type Measured = {
  /** By kind and status, as `validate 200`. */
  readonly requests: Tally
  readonly requestDurations: ReadonlyMap<RouteClass, Durations>
  readonly operationDurations: ReadonlyMap<Operation, Durations>
  /** By operation. */
  readonly failures: Tally
  readonly watcher: RequestWatcher
  readonly around: Around
}

const durationsOf = <Name>(names: readonly Name[]): ReadonlyMap<Name, Durations> =>
  new Map(names.map((name) => [name, createDurations()]))

/** A process that has measured nothing yet. */
export const createMeasured = (): Measured => {
  const requests = createTally()
  const failures = createTally()
  const requestDurations = durationsOf(ROUTE_CLASSES)
  const operationDurations = durationsOf(OPERATIONS)
  return {
    requests,
    failures,
    requestDurations,
    operationDurations,
    watcher: ({ routeClass, status, milliseconds }) => {
      requests.add(`${routeClass} ${status}`)
      requestDurations.get(routeClass)?.add(milliseconds)
    },
    around: async (operation, run) => {
      const begun = performance.now()
      try {
        return await run()
      } catch (thrown) {
        failures.add(operation)
        throw thrown
      } finally {
        operationDurations.get(operation)?.add(performance.now() - begun)
      }
    },
  }
}
