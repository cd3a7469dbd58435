import { startPostgres } from '#db/contract/postgres-server.ts'
import { openDatabase } from '#db/open-database.ts'
import { readConfig } from '#lib/config/env.ts'
import { lateNews } from '#server/attack/late-news.fixture.ts'
import { OWNER, peopleOf, type RaceWorld, settingsOf } from '#server/attack/race-world.fixture.ts'
import { launch } from '#server/attack/two-servers.fixture.ts'
import { composePortal } from '#server/compose.ts'

// Far longer than a notification takes, or the poll beneath it, on a machine that is busy.
const NEWS_MS = 10_000

/** Nodes over one PostgreSQL, which can be stopped, killed and started: its writes reach the disk. */
export const postgresNodes = async () => {
  const postgres = await startPostgres({ isDurable: true })
  const env = { ...settingsOf(''), DATABASE_URL: postgres.url('postgres') }
  const config = readConfig(env)
  const portal = await composePortal(config, { choring: false })
  const news = await lateNews(env.DATABASE_URL)
  // The other is two processes behind one port. It waits long for its news, so that a test may keep them back.
  const farther = { DATABASE_URL: news.url, LATCHKEY_WORKERS: '2', LATCHKEY_STALENESS_SECONDS: '60' }
  const [one, other] = await Promise.all([launch(env), launch({ ...env, ...farther })])
  const records = await openDatabase(config.database)
  const people = peopleOf(portal)
  const owner = await people.signIn(OWNER)
  const world: RaceWorld = { ...people, portal, records, one, other, owner, newsMs: NEWS_MS }
  return {
    ...world,
    env,
    postgres,
    /** What the other hears. */
    news,
    remove: async () => {
      await Promise.all([one, other].map((server) => server.kill()))
      await news.close()
      await records.close()
      await portal.close().catch(() => undefined)
      await postgres.remove()
    },
  }
}
