import { openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Portal, Ports } from '#lib/portal.ts'
import { loadQuickly } from '#server/load-quickly.ts'

// The real start, edge and API, with a fault in it: FIXTURE_FAULT names it. FIXTURE_WRITER is the program of a writer's
// thread in place of the product's; with FIXTURE_APART its pages have a process of their own, as the product's have.
const loaded = loadQuickly()
const { openDatabase } = await import('#db/open-database.ts')
const { openWriterThread } = await import('#db/writer/writer-thread.ts')
const { processEnvironment } = await import('#lib/config/process-env.ts')
const { errorEntry } = await import('#lib/errors/errors.ts')
const { isPortalError } = await import('#lib/errors/portal-error.ts')
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
  'leaves-files-open': ({ tokenStore }) => ({
    tokenStore: {
      ...tokenStore,
      save: async (...change) => {
        for (let file = 0; file < 20; file += 1) openSync('/dev/null', 'r')
        await tokenStore.save(...change)
      },
    },
  }),
  // Answers, and writes afterwards: nothing is faster.
  'answers-first': ({ tokenStore }) => ({
    tokenStore: {
      ...tokenStore,
      save: async (...change) => {
        void delay(LATE_MS)
          .then(() => tokenStore.save(...change))
          // Nobody hears of it, which is the fault.
          .catch(() => undefined)
      },
    },
  }),
}

const writer = env['FIXTURE_WRITER']
const openWriter = (file: string) =>
  writer === undefined ? openWriterThread(file) : openWriterThread(file, { program: new URL(`file:${writer}`) })

const running: { portal?: Portal } = {}
let guesses = 0

// What a sign-in costs without the page that is made of its answer: POST anything, and another person at another address
// gives a wrong password.
const guess = async (): Promise<number> => {
  guesses += 1
  const trace = { requestId: `guess-${guesses}`, address: `2001:db8:${guesses.toString(16)}::1`, agent: undefined }
  const browser = { sid: undefined, known: undefined }
  const attempt = { email: `person${guesses}@nowhere.example`, password: 'a wrong one', browser, trace }
  try {
    await running.portal?.signIn.signInWithPassword(attempt)
    return 500
  } catch (thrown) {
    return isPortalError(thrown) ? errorEntry(thrown.code).status : 500
  }
}

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
    running.portal = createPortal({ ...ports, ...fault?.(ports) }, connection, { choring: false })
    return running.portal
  },
  pagesApart: env['FIXTURE_APART'] === '1',
  openPages: async () => ({
    handle: async (request, response) => {
      const status = request.method === 'POST' ? await guess() : 200
      response.writeHead(status, { 'Content-Length': 0 }).end()
    },
    close: async () => {},
  }),
})
