import type pg from 'pg'
import { type PostgresServer, startPostgres } from '#db/contract/postgres-server.ts'
import { openClient } from '#db/postgres-client.ts'
import { readConfig } from '#lib/config/env.ts'
import { idOf, OWNER, peopleOf, settingsOf, wish } from '#server/attack/race-world.fixture.ts'
import { launch, type ServerProcess } from '#server/attack/two-servers.fixture.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'
import { composePortal } from '#server/compose.ts'

/** Accepts a restored database as an operator does; the code of the command. */
export const acceptRestored = async (env: Readonly<Record<string, string>>, choice: string): Promise<number> =>
  runCommand(COMMANDS, ['restore', 'accept', choice], { env, say: () => undefined, complain: () => undefined })

const NAME = 'portal'

type Administer = <Result>(work: (client: pg.Client) => Promise<Result>) => Promise<Result>

const administerOf =
  (postgres: PostgresServer): Administer =>
  async (work) => {
    const client = await openClient(postgres.url('postgres'))
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

// What pg_dump and pg_restore do, whose binaries the tests do not have: a copy of the moment, and that in the place of the
// database, with whoever is connected cut off.
const backUp = (client: pg.Client) =>
  client
    .query(`alter database ${NAME} with allow_connections false`)
    .then(() => client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [NAME]))
    .then(() => client.query(`create database backup template ${NAME} strategy file_copy`))
    .then(() => client.query(`alter database ${NAME} with allow_connections true`))

const restore = (client: pg.Client) =>
  client
    .query(`drop database ${NAME} with (force)`)
    .then(() => client.query(`create database ${NAME} template backup strategy file_copy`))

/** Two nodes over one database of a PostgreSQL server, which can be backed up, and put back under them. */
export const restoredNodes = async () => {
  const postgres = await startPostgres()
  const administer = administerOf(postgres)
  await administer((client) => client.query(`create database ${NAME} locale 'C' template template0`))
  const env = { ...settingsOf(''), DATABASE_URL: postgres.url(NAME) }
  const portal = await composePortal(readConfig(env), { choring: false })
  const owner = await peopleOf(portal).signIn(OWNER)
  await portal.close()
  const nodes: ServerProcess[] = await Promise.all([launch(env), launch(env)])
  const [first] = nodes
  if (!first) throw new Error('no node')
  return {
    nodes,
    /** One that begins only now. */
    another: async () => {
      const node = await launch(env, { ready: false })
      nodes.push(node)
      return node
    },
    backUp: () => administer(backUp),
    restore: () => administer(restore),
    accept: (choice: string) => acceptRestored(env, choice),
    issue: async () => {
      const made = await first.manage(owner.cookie, 'POST', owner.tokens, wish())
      return { id: idOf(made), text: String(made.json['accessToken']) }
    },
    revoke: (id: string) => first.manage(owner.cookie, 'DELETE', `${owner.tokens}/${id}`),
    remove: async (): Promise<void> => {
      await Promise.all(nodes.map((node) => node.kill()))
      await postgres.remove()
    },
  }
}
