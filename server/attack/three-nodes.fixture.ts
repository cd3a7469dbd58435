import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '#db/contract/free-port.ts'
import { startPostgres } from '#db/contract/postgres-server.ts'
import { readConfig } from '#lib/config/env.ts'
import { type LateNews, lateNews } from '#server/attack/late-news.fixture.ts'
import { type Server, serverOver } from '#server/attack/race-server.fixture.ts'
import { OWNER, peopleOf, settingsOf, times } from '#server/attack/race-world.fixture.ts'
import { type Child, startChild } from '#server/child.fixture.ts'
import { composePortal } from '#server/compose.ts'

const PROGRAM = join(import.meta.dirname, 'served-portal.fixture.ts')
const NODES = 3
const START_MS_MAX = 120_000
const LOOK_MS = 20

/** One of several processes over a PostgreSQL, always at the same address. */
export type Node = Server & {
  readonly url: string
  /** What it hears of changes. */
  readonly news: LateNews
  kill(): Promise<void>
  /** Starts it again, and waits until it is ready. */
  start(): Promise<void>
}

const newNode = async (settings: Readonly<Record<string, string>>, database: string): Promise<Node> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const news = await lateNews(database)
  const env = { ...settings, DATABASE_URL: news.url, PORT: String(port) }
  const running: { child?: Child } = {}
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  return {
    ...serverOver({
      send: (path, init = {}) => fetch(`${url}${path}`, { ...init, redirect: 'manual' }),
      lose: () => Promise.reject(new Error('nothing is lost here')),
    }),
    url,
    news,
    kill: async () => {
      running.child?.process.kill('SIGKILL')
      await running.child?.ended
    },
    start: async () => {
      const child = startChild(PROGRAM, env)
      running.child = child
      const deadline = performance.now() + START_MS_MAX
      while (!(await isReady())) {
        if (performance.now() > deadline) throw new Error(`it did not start: ${JSON.stringify(child.output())}`)
        await delay(LOOK_MS)
      }
    },
  }
}

/** Three nodes over one PostgreSQL whose writes reach the disk, and a portal beside them that signs people in. */
export const threeNodes = async ({ stalenessSeconds }: { readonly stalenessSeconds: number }) => {
  const postgres = await startPostgres({ isDurable: true })
  const database = postgres.url('postgres')
  const env = { ...settingsOf(''), DATABASE_URL: database, LATCHKEY_STALENESS_SECONDS: String(stalenessSeconds) }
  const portal = await composePortal(readConfig(env), { choring: false })
  const owner = await peopleOf(portal).signIn(OWNER)
  const nodes = await Promise.all(times(NODES, () => newNode(env, database)))
  await Promise.all(nodes.map((node) => node.start()))
  return {
    postgres,
    nodes,
    owner,
    stalenessSeconds,
    remove: async () => {
      await Promise.all(nodes.map((node) => node.kill()))
      await Promise.all(nodes.map(({ news }) => news.close()))
      await portal.close().catch(() => undefined)
      await postgres.remove()
    },
  }
}

/** What `threeNodes` makes. */
export type ThreeNodes = Awaited<ReturnType<typeof threeNodes>>
