import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Portal } from '#lib/portal.ts'
import { loadQuickly } from '#server/load-quickly.ts'

// The real start, edge, API and process of the pages. A page here does what a server action does: a use-case of the portal
// of its own process. POST /elsewhere/<method>/<path of the API> is that request, answered there.

const loaded = loadQuickly()
const { processEnvironment } = await import('#lib/config/process-env.ts')
const { composePortal } = await import('#server/compose.ts')
const { createLog } = await import('#server/logging/log.ts')
const { start } = await import('#server/start.ts')
loaded()

const composed: { portal?: Portal } = {}
const origin = { requestId: 'elsewhere', address: '192.0.2.1', agent: undefined }

const asRequest = async (incoming: IncomingMessage): Promise<Request> => {
  const [, method = '', path = ''] = /^\/elsewhere\/(\w+)(\/.*)/.exec(incoming.url ?? '') ?? []
  const { cookie = '', origin: from = '', host = '' } = incoming.headers
  const body = await text(incoming)
  const headers = { cookie, origin: from, ...(body === '' ? {} : { 'content-type': 'application/json' }) }
  return new Request(`http://${host}${path}`, { method, headers, ...(body === '' ? {} : { body }) })
}

await start({
  env: processEnvironment(),
  dev: false,
  openLog: createLog,
  compose: async (config, means) => {
    composed.portal = await composePortal(config, means)
    return composed.portal
  },
  openPages: async () => ({
    handle: async (incoming, response) => {
      if (incoming.url === '/elsewhere/pid') return void response.end(JSON.stringify({ pid: process.pid }))
      const answer = await composed.portal?.api.fetch(await asRequest(incoming), { origin })
      response.writeHead(answer?.status ?? 500).end(await answer?.text())
    },
    close: async () => {},
  }),
  pagesApart: true,
})
