import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '#lib/config/process-env.ts'
import type { Portal } from '#lib/portal.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'
import { runServer } from '#server/running.ts'
import type { StartOptions } from '#server/served-portal.ts'

const OWNER = 'ada@acme.example'

const wish = (change: Partial<IssueRequest>): IssueRequest => ({
  context: 'user',
  type: 'access_token',
  name: 'served here',
  grant: { mode: 'owner' },
  expiry: { kind: 'never' },
  ...change,
})

type ServeOptions = Partial<Pick<StartOptions, 'openLog' | 'openPages'>> & { readonly env?: Environment }

const answerPage: StartOptions['openPages'] = async () => ({
  handle: async (_request, response) => void response.end('page'),
  close: async () => {},
})

/**
 * The real server in this process, on a free port and under the name it has there, with one account and its owner; what
 * a test says otherwise goes on top.
 */
export const serveHere = async ({ env = {}, openLog = createLog, openPages = answerPage }: ServeOptions = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-served-'))
  const composed: { portal?: Portal } = {}
  const running = await runServer({
    env: {
      PORT: '0',
      DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
      LATCHKEY_BOOTSTRAP_EMAIL: OWNER,
      LATCHKEY_BOOTSTRAP_PASSWORD: 'a passphrase for clients',
      ...env,
    },
    dev: false,
    openLog,
    compose: async (config, means) => {
      composed.portal = await composePortal(config, means)
      return composed.portal
    },
    openPages,
  })
  const { portal } = composed
  if (!portal) throw new TypeError('nothing was composed')
  const trace = { requestId: 'served-here', address: '127.0.0.1', agent: undefined }
  const browser = { sid: undefined, known: undefined }
  const claims = { email: OWNER, email_verified: true }
  const { sid } = await portal.signIn.signInWithOidc({ claims, browser, trace })
  const person = await portal.signIn.findPerson(sid)
  if (!person) throw new TypeError('the owner is not signed in')
  const owner = await portal.access.findPrincipal({ person, tenant: { slug: 'latchkey' }, trace })
  return {
    url: running.config.url,
    port: running.config.port,
    sid,
    portal,
    owner,
    /** New client credentials that follow the owner, with what a test says otherwise. */
    client: async (change: Partial<IssueRequest> = {}) => {
      const { token, secret } = await portal.tokens.issue(owner, wish({ type: 'client_credentials', ...change }))
      if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
      return { tokenId: token.id, id: secret.clientId, secret: secret.clientSecret }
    },
    /** A new access JWT of the owner's. */
    accessToken: async (): Promise<string> => {
      const { secret } = await portal.tokens.issue(owner, wish({}))
      return secret.type === 'access_token' ? secret.accessToken : ''
    },
    stop: async (): Promise<void> => {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What `serveHere` makes. */
export type ServedHere = Awaited<ReturnType<typeof serveHere>>
