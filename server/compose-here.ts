import type { Config } from '#lib/config/config.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { allAround } from '#server/metrics/around.ts'
import { createMeasured, type Measured } from '#server/metrics/measured.ts'
import type { ServedPortal, StartOptions } from '#server/served-portal.ts'
import type { Tracing } from '#server/tracing/open-tracing.ts'

const PORTAL = Symbol.for('latchkey.portal')

/** The portal of this process, and whoever watches it. */
export type Here = {
  readonly portal: ServedPortal
  /** Undefined: nothing is measured. */
  readonly measured: Measured | undefined
  readonly tracing: Tracing | undefined
  /** Stores counted use, lets go of the database, sends the last traces; rejects if use could not be stored. */
  close(): Promise<void>
}

// Some twenty packages, for those alone who have a collector.
const loadTracing = async (endpoint: string): Promise<Tracing> => {
  const { openTracing } = await import('#server/tracing/open-tracing.ts')
  return openTracing(endpoint)
}

/** Puts this process' one portal together, and places it where the pages of this process find it. */
export const composeHere = async (
  config: Config,
  { log, compose, choring }: Pick<StartOptions, 'compose'> & { readonly log: ServerLog; readonly choring: boolean },
): Promise<Here> => {
  const measured = config.metrics && createMeasured()
  const tracing = config.otlpEndpoint === undefined ? undefined : await loadTracing(config.otlpEndpoint)
  const around = allAround([measured?.around, tracing?.around].filter((one) => one !== undefined))
  const portal = await compose(config, { log, around, choring })
  // Next bundles its own copy of lib: app/portal.ts finds the portal here.
  Reflect.set(globalThis, PORTAL, portal)
  return {
    portal,
    measured,
    tracing,
    close: async () => {
      try {
        await portal.flushUsage()
      } finally {
        await portal.close()
        await tracing?.close().catch((thrown: unknown) => log.error('the last traces could not be sent:', thrown))
      }
    },
  }
}
