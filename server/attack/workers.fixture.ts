import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { OWNER, peopleOf, type RaceWorld, settingsOf } from '#server/attack/race-world.fixture.ts'
import { launch } from '#server/attack/two-servers.fixture.ts'
import { composePortal } from '#server/compose.ts'

/** One server of so many processes behind one port, over a SQLite file: which of them answers is nobody's choice. */
export const serverOfWorkers = async (workers: number): Promise<RaceWorld & { remove(): Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-workers-'))
  const file = join(folder, 'latchkey.db')
  const env = settingsOf(file)
  const portal = await composePortal(readConfig(env), { choring: false })
  const server = await launch({ ...env, LATCHKEY_WORKERS: String(workers) })
  const records = openSqlite(file)
  const people = peopleOf(portal)
  return {
    ...people,
    portal,
    records,
    one: server,
    other: server,
    owner: await people.signIn(OWNER),
    remove: async () => {
      await server.kill()
      await records.close()
      await portal.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
