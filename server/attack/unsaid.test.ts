import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUpSqlite } from '#db/back-up-sqlite.ts'
import { isRowOf } from '#db/witness/decide-restored.ts'
import { createSqliteTop } from '#db/witness/sqlite-top.ts'
import { readWitness, witnessBeside } from '#db/witness/witness-folder.ts'
import { type CrashWorld, crashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeStore } from '#server/attack/judge-store.fixture.ts'
import { issue, type Life, newLife, revoke, type Surroundings, WrongAnswer } from '#server/attack/life.fixture.ts'
import { judgeLives } from '#server/attack/load.fixture.ts'
import { times } from '#server/attack/race-world.fixture.ts'

// Between a commit and the witness' word of it: the one moment in which they differ.

const PROGRAM = join(import.meta.dirname, 'replaced-portal.fixture.ts')
const HELD = '#db/writer/writer-thread.ts #server/attack/held-thread.fixture.ts'
// So many that not all of them get to the one that is held: the system throws dice.
const OTHERS = 24
const PATIENCE_MS = 180_000

let world: CrashWorld
beforeEach(async () => {
  world = await crashWorld()
})
afterEach(() => world.remove())

const until = async <Found>(look: () => Found | undefined): Promise<Found> => {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    await delay(5)
  }
}

const start = async (env: Readonly<Record<string, string>> = {}): Promise<Surroundings & { kill(): Promise<void> }> => {
  const served = world.start(PROGRAM, { FIXTURE_REPLACED: HELD, FIXTURE_FOLDER: world.folder, ...env })
  await until(() => served.said().includes('is ready at') || undefined)
  await served.until('/readyz')
  return { server: served, owner: world.owner, kill: served.kill }
}
const issued = async (around: Surroundings, key: string): Promise<Life> => {
  const life = newLife('access_token', key)
  await issue(around, life)
  return life
}
const tell = (name: 'hold' | 'end'): void => writeFileSync(join(world.folder, name), '')
const heldPid = () =>
  until(() => {
    const name = readdirSync(world.folder).find((each) => each.startsWith('hold-'))
    return name === undefined ? undefined : Number(name.slice('hold-'.length))
  })
const statusOf = async ({ server }: Surroundings, { credentials }: Life) =>
  (await server.validate(credentials.join())).status

/** How many changes the witness says were committed and the database lacks; and the other way round. */
const compare = () => {
  const lines = readWitness(witnessBeside(world.file)).flatMap(({ batches }) => batches)
  const client = new Database(world.file, { readonly: true })
  const top = createSqliteTop(client)
  const committed = lines.filter(({ isCommitted }) => isCommitted).flatMap(({ rows }) => rows)
  const said = new Set(committed.map(([seq]) => seq))
  const unsaid = lines
    .filter(({ isCommitted }) => !isCommitted)
    .flatMap(({ rows }) => rows)
    .filter((row) => isRowOf(row, top.row(row[0])) && !said.has(row[0]))
  const ahead = committed.filter((row) => !isRowOf(row, top.row(row[0])))
  client.close()
  return { unsaid: unsaid.length, ahead: ahead.length }
}

describe('a worker that is killed between its commit and its word of it', { timeout: PATIENCE_MS }, () => {
  it('loses nothing acknowledged, and leaves no database that is taken for a restored one', async () => {
    const around = await start({ LATCHKEY_WORKERS: '2' })
    const [kept, ended] = [await issued(around, 'kept'), await issued(around, 'ended')]
    tell('hold')
    const asked = revoke(around, ended).catch((thrown: unknown) => thrown)
    const pid = await heldPid()
    expect(compare()).toEqual({ unsaid: 1, ahead: 0 })
    // It is committed, so it holds; the others go on over it.
    expect([await statusOf(around, ended), await statusOf(around, kept)]).toEqual([401, 200])
    const others = times(OTHERS, (index) => newLife('access_token', `other-${index}`))
    const working = others.map((life) => issue(around, life).catch((thrown: unknown) => thrown))
    await until(() => others.find(({ id }) => id !== undefined))
    expect(compare().ahead).toBe(0)
    process.kill(pid, 'SIGKILL')
    expect(await asked).toBeInstanceOf(TypeError)
    await Promise.all(working)
    // By whoever takes its place.
    await until(() => compare().unsaid === 0 || undefined)
    const lives = [kept, ended, ...others]
    expect([...judgeStore(world.file, lives), ...(await judgeLives(around, lives))]).toEqual([])
    expect(compare()).toEqual({ unsaid: 0, ahead: 0 })
    await around.kill()
    expect(await statusOf(await start(), ended)).toBe(401)
  })

  it('would leave one, had it said so before (saboteur)', async () => {
    const around = await start({ FIXTURE_FIRST: '1' })
    const life = await issued(around, 'life')
    tell('hold')
    const asked = revoke(around, life).catch((thrown: unknown) => thrown)
    process.kill(await heldPid(), 'SIGKILL')
    expect(await asked).toBeInstanceOf(TypeError)
    expect(compare()).toEqual({ unsaid: 0, ahead: 1 })
    await expect(start()).rejects.toThrow('it lost changes of which its witness knows')
  })
})

describe('a writer whose thread ends there', { timeout: PATIENCE_MS }, () => {
  it('is told of before the retry that finds all done, so that no backup brings back what that one ended', async () => {
    const around = await start()
    const life = await issued(around, 'life')
    const backup = join(world.folder, 'backup.db')
    const client = new Database(world.file)
    backUpSqlite(client, backup)
    client.close()
    tell('end')
    await expect(revoke(around, life)).rejects.toThrow(WrongAnswer)
    expect(compare()).toEqual({ unsaid: 0, ahead: 0 })
    await revoke(around, life)
    await around.kill()
    for (const end of ['-wal', '-shm']) rmSync(`${world.file}${end}`, { force: true })
    copyFileSync(backup, world.file)
    await expect(start()).rejects.toThrow('it lost changes of which its witness knows')
  })
})
