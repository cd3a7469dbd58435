import { setTimeout as delay } from 'node:timers/promises'
import type { Ports } from '#lib/portal.ts'
import { loadQuickly } from '#server/load-quickly.ts'

// The real start, edge and API, with a fault in it: FIXTURE_FAULT names it. FIXTURE_WRITER is the program of a writer's
// thread in place of the product's.
const loaded = loadQuickly()
const { openDatabase } = await import('#db/open-database.ts')
const { openWriterThread } = await import('#db/writer/writer-thread.ts')
const { processEnvironment } = await import('#lib/config/process-env.ts')
const { createPortal } = await import('#lib/portal.ts')
const { systemClock } = await import('#server/adapters/system-clock.ts')
const { composePorts } = await import('#server/compose.ts')
const { createLog } = await import('#server/logging/log.ts')
const { start } = await import('#server/start.ts')
loaded()

const env = processEnvironment()

const LATE_MS = 200

const FAULTS: Readonly<Record<string, (ports: Ports) => Partial<Ports>>> = {
  none: () => ({}),
  // Answers, and writes afterwards: nothing is faster.
  'answers-first': ({ tokenStore }) => ({
    tokenStore: {
      ...tokenStore,
      save: async (...change) => {
        void delay(LATE_MS).then(() => tokenStore.save(...change))
      },
    },
  }),
}

const writer = env['FIXTURE_WRITER']
const openWriter = (file: string) =>
  writer === undefined ? openWriterThread(file) : openWriterThread(file, { program: new URL(`file:${writer}`) })

await start({
  env,
  dev: false,
  openLog: createLog,
  compose: async (config, { log }) => {
    const connection = await openDatabase(config.database, openWriter)
    const secrets = config.secrets
    if (!secrets) throw new Error('whoever starts this brings the secret')
    const ports = await composePorts({ config, connection, secrets, clock: systemClock, log })
    const fault = FAULTS[env['FIXTURE_FAULT'] ?? 'none']
    return createPortal({ ...ports, ...fault?.(ports) }, connection, { choring: false })
  },
  openPages: async () => ({ handle: async (_request, response) => void response.end('page'), close: async () => {} }),
})
