import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { backUpSqlite } from '#db/back-up-sqlite.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { idOf, newClient, OWNER, peopleOf, type SignedIn, settingsOf, wish } from '#server/attack/race-world.fixture.ts'
import { launch, type ServerProcess } from '#server/attack/two-servers.fixture.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'
import { composePortal } from '#server/compose.ts'

/** A deployment on SQLite whose database can be backed up, and put back. */
export type Deployment = Awaited<ReturnType<typeof deploy>>

/** One server process over a database of its own, its owner signed in. */
export const deploy = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-restored-'))
  const file = join(folder, 'latchkey.db')
  const backup = join(folder, 'backup.db')
  const env = settingsOf(file)
  const witness = `${file}.witness`
  const portal = await composePortal(readConfig(env))
  const owner: SignedIn = await peopleOf(portal).signIn(OWNER)
  await portal.close()
  let server: ServerProcess = await launch(env)
  const kill = async (): Promise<void> => server.kill()
  const putBack = (copy = backup): void => {
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    copyFileSync(copy, file)
  }
  return {
    file,
    folder,
    witness,
    env,
    owner,
    server: () => server,
    start: async () => {
      server = await launch(env, { ready: false })
      return server
    },
    kill,
    putBack,
    /** Copies the database while it is served. */
    backUp: (copy = backup): void => {
      const client = new Database(file)
      backUpSqlite(client, copy)
      client.close()
    },
    /** Kills the server, puts the copy back, and starts again. */
    restore: async (copy = backup) => {
      await kill()
      putBack(copy)
      server = await launch(env, { ready: false })
      return server
    },
    issue: async () => {
      const made = await server.manage(owner.cookie, 'POST', owner.tokens, wish())
      return { id: idOf(made), text: String(made.json['accessToken']) }
    },
    client: () => newClient({ one: server, owner }),
    revoke: (id: string) => server.manage(owner.cookie, 'DELETE', `${owner.tokens}/${id}`),
    command: async (...words: readonly string[]) => {
      const said: string[] = []
      const complained: string[] = []
      const code = await runCommand(COMMANDS, words, {
        env,
        say: (line) => said.push(line),
        complain: (line) => complained.push(line),
      })
      return { code, said: said.join('\n'), complained: complained.join('\n') }
    },
    audited: async (type: string) => {
      const connection = openSqlite(file, undefined, { accepting: true })
      const rows = await connection.queries.select().from(connection.schema.auditEvents)
      await connection.close()
      return rows.filter((row) => row.type === type)
    },
    remove: async (): Promise<void> => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
