import { oauthWorld } from '#db/contract/oauth-world.ts'
import type { PersonId } from '#db/contract/token-fixture.ts'
import { FIXTURE_SECRET } from '#db/contract/token-ports.ts'
import { createApi } from '#lib/api/app.ts'
import { readConfig } from '#lib/config/env.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { createPortal } from '#lib/portal.ts'
import { SESSION_LIFETIME_SECONDS } from '#lib/sign-in/session.ts'
import { composePorts } from '#server/compose.ts'

/** The portal's URL in these tests. */
export const ORIGIN_HERE = 'https://id.example'

/** What the edge would say of every request. */
export const CAME_FROM = { requestId: 'req-3', address: '192.0.2.7', agent: 'curl/8' }

type Answer = { readonly status: number; readonly headers: Headers; readonly json: Record<string, unknown> }

/** An answer whose body is JSON, read. */
export const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  headers: response.headers,
  json: (await response.json()) as Record<string, unknown>,
})

/** The whole portal, as the server composes it with these settings, over a world of people and tokens; its log is kept. */
export const apiWorld = async (settings: Readonly<Record<string, string>> = {}) => {
  const world = await oauthWorld()
  const logged: string[] = []
  const own = { DATABASE_URL: world.url, LATCHKEY_SECRET: FIXTURE_SECRET, LATCHKEY_URL: ORIGIN_HERE }
  const config = readConfig({ ...settings, ...own })
  const connection = await world.open()
  const log = { error: (text: string) => logged.push(text) }
  const { clock } = world
  const stopwatch = { seconds: clock.now }
  const composed = await composePorts({ config, connection, secrets: [FIXTURE_SECRET], clock, stopwatch, log })
  const portal = createPortal(composed, connection, { choring: false })
  const ports = { ...portal, ...portal.verdict, log }
  const app = createApi(ports)
  const ring = createSecretRing([FIXTURE_SECRET])
  let sessions = 0

  /** The cookie of a person who signed in just now, or so many seconds ago. */
  const cookieOf = async (userId: PersonId, secondsAgo = 0): Promise<string> => {
    sessions += 1
    const sid = `${userId}-${sessions}`.padEnd(43, 'x')
    const signedInAt = world.clock.now() - secondsAgo
    const { atomically, schema } = world.connection
    await atomically((tx) => [
      {
        label: 'session',
        rows: tx
          .insert(schema.sessions)
          .values({
            digest: ring.digest('session', sid).digest,
            id: `session-${sessions}`,
            userId,
            method: 'password',
            signedInAt,
            lastSeenAt: world.clock.now(),
            expiresAt: signedInAt + SESSION_LIFETIME_SECONDS,
          })
          .returning(),
        expect: 1,
      },
    ])
    return `${portal.signIn.cookies.sessionName}=${await portal.signIn.sessionCookie.encode(sid)}`
  }

  const send = async (path: string, init: RequestInit = {}, origin: Partial<typeof CAME_FROM> = {}) => {
    // What a test changed beside the portal is another node's doing.
    await world.settled()
    return app.request(path, init, { origin: { ...CAME_FROM, ...origin } })
  }

  /** The browser of a person who signed in just now, or so many seconds ago, on this portal's pages. */
  const browserOf = async (who: PersonId, secondsAgo = 0) => {
    const cookie = await cookieOf(who, secondsAgo)
    const request = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      answerOf(
        await send(path, {
          method,
          headers: {
            Cookie: cookie,
            ...(method === 'GET' ? {} : { Origin: ORIGIN_HERE }),
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      )
    return { cookie, request }
  }

  return {
    ...world,
    app,
    portal,
    ports,
    logged,
    cookieOf,
    browserOf,
    /** A request as the edge hands it on. */
    send,
    remove: async () => {
      await portal.close()
      await world.remove()
    },
  }
}

/** What `apiWorld` makes. */
export type ApiWorld = Awaited<ReturnType<typeof apiWorld>>
