import { existsSync, writeFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadQuickly } from '#server/load-quickly.ts'
import type { Pages, ServedPortal } from '#server/served-portal.ts'

// A start with a portal of a few addresses, for tests of what surrounds it: signals, ports, workers.
const loaded = loadQuickly()
const { UnusableDatabase } = await import('#db/unusable-database.ts')
const { ConfigError } = await import('#lib/config/config-error.ts')
const { processEnvironment } = await import('#lib/config/process-env.ts')
const { createRequestLimits, newLimitNotes } = await import('#lib/policy/limit-requests.ts')
const { systemStopwatch } = await import('#server/adapters/system-clock.ts')
const { createLog } = await import('#server/logging/log.ts')
const { start } = await import('#server/start.ts')
loaded()

const env = processEnvironment()
const folder = env['FIXTURE_FOLDER'] ?? ''
const SPIN_MS_MAX = 30_000
let answered = 0

const limits = createRequestLimits({ tenant: 10, address: undefined }, systemStopwatch)
let heardOf = 0

const answers: Readonly<Record<string, () => Promise<Response>>> = {
  '/api/pid': async () => Response.json(process.pid),
  '/api/slow': async () => {
    // Tells the test that the request is under way, however slow the machine is.
    writeFileSync(join(folder, 'slow-began'), '')
    await delay(400)
    return Response.json('done')
  },
  '/api/limited': async () => {
    const token = { tenantId: 'acme', id: 'token-1', requestsPerMinute: null }
    const refusal = limits.refusalOfToken(token, newLimitNotes())
    return Response.json(process.pid, { status: refusal ? 429 : 200 })
  },
  '/api/heard-of': async () => Response.json([process.pid, heardOf]),
  '/api/crash': async () => process.exit(7),
}

const portal: ServedPortal = {
  api: {
    validationDoor: () => undefined,
    oauthDoor: () => undefined,
    fetch: async (request) => {
      answered += 1
      return (await answers[new URL(request.url).pathname]?.()) ?? new Response(null, { status: 404 })
    },
  },
  startupNotices: async () => ['a line for the terminal'],
  flushUsage: async () => writeFileSync(join(folder, `flushed-${process.pid}`), String(answered)),
  figures: {
    refusals: () => new Map([['validation token.revoked', 2]]),
    grants: () => new Map([['refresh_token', 1]]),
    caches: () => ({ claims: { entries: 3, bytes: 3000, misses: 4 }, standings: { entries: 0, bytes: 0, misses: 0 } }),
    newestChange: () => 7,
    keys: async () => Promise.reject(new Error('no store')),
    chores: async () => [{ name: 'purge', doneUntil: 11 }],
  },
  requestLimits: {
    take: limits.take,
    add: (counts) => {
      for (const [, , count] of counts) heardOf += count
      limits.add(counts)
    },
  },
  readiness: async () => true,
  close: async () => writeFileSync(join(folder, `closed-${process.pid}`), ''),
}

// Work that leaves its event loop no turn, until the test has seen what that does to others.
const spin = (): void => {
  writeFileSync(join(folder, 'spin-began'), '')
  const until = performance.now() + SPIN_MS_MAX
  while (!existsSync(join(folder, 'let-go')) && performance.now() < until);
}

const pages: Pages = {
  handle: async (request, response) => {
    if (request.url === '/spin') spin()
    if (request.url === '/slow') await answers['/api/slow']?.()
    response.end(
      request.url === '/pid' ? String(process.pid) : request.url === '/rank' ? String(getPriority()) : 'page',
    )
  },
  close: async () => writeFileSync(join(folder, `pages-closed-${process.pid}`), ''),
}

// A machine that has no process to give: what is to be started is not there for as long as the test says so.
const { execPath } = process
Object.defineProperty(process, 'execPath', {
  get: () => (existsSync(join(folder, 'no-more-processes')) ? join(folder, 'no-program') : execPath),
})

// What happens once, and before anybody else begins: a second one at the same time would end the start.
const prepareOnce = async (): Promise<void> => {
  const prepared = join(folder, 'prepared')
  if (existsSync(prepared)) return delay(Number(env['FIXTURE_LATER_DELAY_MS'] ?? 0))
  writeFileSync(join(folder, 'preparing'), '', { flag: 'wx' })
  await delay(Number(env['FIXTURE_DELAY_MS'] ?? 0))
  writeFileSync(prepared, '')
}

await start({
  env,
  dev: false,
  openLog: createLog,
  compose: async () => {
    await prepareOnce()
    if (env['FIXTURE_FAILURE']) throw new UnusableDatabase('The database x.db was made by a newer version.')
    return portal
  },
  pagesApart: env['FIXTURE_APART'] === '1',
  neverSends: env['FIXTURE_DEMO'] === '1',
  openPages: async () => {
    if (env['FIXTURE_NO_PAGES']) throw new ConfigError('There are no pages here.')
    while (env['FIXTURE_PAGES_WAIT'] && !existsSync(join(folder, 'open-pages'))) await delay(5)
    return pages
  },
})
