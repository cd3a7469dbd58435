import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '#db/connection.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import type { Log } from '#lib/errors/log.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createPortal, type Portal, type Ports } from '#lib/portal.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { type Form, type Server, serverOver, URL_OF_ALL } from '#server/attack/race-server.fixture.ts'
import { OWNER, peopleOf, type RaceWorld, settingsOf } from '#server/attack/race-world.fixture.ts'
import { composePortal, composePorts } from '#server/compose.ts'

/** Ports with a fault in them, in place of real ones. */
export type Sabotage = (ports: Ports, connection: Connection) => Partial<Ports>

/** A portal of this process, as clients reach it. */
export const serverOf = (portal: Portal): Server => {
  const origin = { requestId: systemRandomness.uuid(), address: '192.0.2.7', agent: 'race' }
  const send = async (path: string, init: RequestInit = {}) =>
    portal.api.fetch(new Request(`${URL_OF_ALL}${path}`, init), { origin })
  const lose = async (path: string, form: Form) => {
    await send(path, { method: 'POST', body: new URLSearchParams(form) })
  }
  return serverOver({ send, lose })
}

const QUIET: Log = { error: () => undefined }

/** Two portals over one database, each with its own connection and caches, in this process; their ports as they are, or sabotaged. */
export const inOneProcess = async (
  sabotage: Sabotage = () => ({}),
): Promise<RaceWorld & { remove(): Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-race-'))
  const file = join(folder, 'latchkey.db')
  const { LATCHKEY_SECRET: secret, ...settings } = settingsOf(file)
  const config = readConfig({ ...settings, LATCHKEY_SECRET: secret })
  const portal = await composePortal(config)
  const open = async (): Promise<Portal> => {
    const connection = openSqlite(file)
    const ports = await composePorts({ config, connection, secrets: [secret], clock: systemClock, log: QUIET })
    return createPortal({ ...ports, ...sabotage(ports, connection), log: QUIET }, connection)
  }
  const [first, second] = [await open(), await open()]
  const records = openSqlite(file)
  const people = peopleOf(portal)
  return {
    ...people,
    portal,
    records,
    one: serverOf(first),
    other: serverOf(second),
    owner: await people.signIn(OWNER),
    remove: async () => {
      await records.close()
      for (const each of [first, second, portal]) await each.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
