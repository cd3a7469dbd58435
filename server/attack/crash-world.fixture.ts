import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#db/contract/free-port.ts'
import { readConfig } from '#lib/config/env.ts'
import { OWNER, peopleOf, settingsOf } from '#server/attack/race-world.fixture.ts'
import { type Served, serveProcess } from '#server/attack/served-process.fixture.ts'
import { composePortal } from '#server/compose.ts'

/** A database that nobody has open, and a server over it that may be ended and started again. */
export type CrashWorld = {
  readonly folder: string
  readonly file: string
  readonly owner: { readonly cookie: string; readonly tokens: string }
  /** Starts it, always on the same port. */
  start(program: string, env?: Readonly<Record<string, string>>): Served
  remove(): Promise<void>
}

/** Makes a database with its first account in a new folder, within `parent`. */
export const crashWorld = async (parent = tmpdir()): Promise<CrashWorld> => {
  const folder = mkdtempSync(join(parent, 'latchkey-crash-'))
  const file = join(folder, 'latchkey.db')
  const settings = settingsOf(file)
  const portal = await composePortal(readConfig(settings), { choring: false })
  const { cookie, tokens } = await peopleOf(portal).signIn(OWNER)
  await portal.close()
  const port = await freePort()
  const started: Served[] = []
  return {
    folder,
    file,
    owner: { cookie, tokens },
    start: (program, env = {}) => {
      const served = serveProcess({ program, port, env: { ...settings, ...env } })
      started.push(served)
      return served
    },
    remove: async () => {
      await Promise.all(started.map((served) => served.kill()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
