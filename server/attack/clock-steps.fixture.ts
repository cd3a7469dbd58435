import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { createPortal } from '#lib/portal.ts'
import {
  exchange,
  issue,
  type Life,
  newLife,
  refresh,
  revoke,
  rotate,
  type Surroundings,
} from '#server/attack/life.fixture.ts'
import { serverOf } from '#server/attack/one-process.fixture.ts'
import { unless } from '#server/attack/race.fixture.ts'
import { idOf, OWNER, peopleOf, settingsOf, wish } from '#server/attack/race-world.fixture.ts'
import { composePortal, composePorts } from '#server/compose.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const YEAR = 400 * DAY

/** A clock as a process sees it, made of the one that a machine has. */
export type SeenBy = (machine: () => number) => () => number

const asItIs: SeenBy = (machine) => machine

type Stepping = Surroundings & {
  readonly turn: (seconds: number) => void
  /** Does the chores that are due, and answers until when one of them is done. */
  readonly doneUntil: () => Promise<number>
}

/** An access token that ends in so many seconds. */
const issueFor = async ({ server, owner }: Stepping, expiresIn: number) => {
  const made = await server.manage(owner.cookie, 'POST', owner.tokens, wish({ expiresIn }))
  return { id: idOf(made), text: String(made.json['accessToken']) }
}

const statusesOf = async ({ server }: Stepping, texts: readonly string[], bearers: readonly string[] = []) => {
  const answers = [
    ...texts.map((text) => server.validate(text)),
    ...bearers.map((text) => server.validate(text, 'authorization')),
  ]
  return (await Promise.all(answers)).map(({ status }) => status).join()
}

// Whatever the clock says: sequences, rotations and revocations go on.
const goesOn = async (around: Stepping, life: Life, when: string): Promise<readonly string[]> => {
  try {
    await refresh(around, life)
    await exchange(around, life)
    await refresh(around, life)
    await rotate(around, life)
    await exchange(around, life)
    return []
  } catch (thrown) {
    return [`${when}: ${String(thrown)}`]
  }
}

const forward = async (around: Stepping): Promise<readonly string[]> => {
  const [short, long] = [await issueFor(around, HOUR / 2), await issueFor(around, 2 * DAY)]
  const client = newLife('client_credentials', `forward-${short.id}`)
  await issue(around, client)
  await exchange(around, client)
  const [bearer = ''] = client.bearers
  const before = await statusesOf(around, [short.text, long.text], [bearer])
  around.turn(HOUR)
  const hour = await statusesOf(around, [short.text, long.text], [bearer])
  const client1 = await goesOn(around, client, 'an hour ahead')
  around.turn(2 * DAY)
  const day = await statusesOf(around, [short.text, long.text])
  around.turn(-2 * DAY)
  const back = await statusesOf(around, [short.text, long.text], [bearer])
  const client2 = await goesOn(around, client, 'two days back')
  around.turn(-HOUR)
  const same = await statusesOf(around, [short.text, long.text], [bearer])
  await revoke(around, client)
  const ended = await statusesOf(around, [], client.bearers)
  return [
    ...unless(before === '200,200,200', `at first ${before}`),
    ...unless(hour === '401,200,401', `an hour ahead ${hour}`),
    ...unless(day === '401,401', `two days ahead ${day}`),
    ...unless(back === '401,200,401', `two days back ${back}`),
    ...unless(same === '200,200,200', `where it was ${same}`),
    ...unless(!ended.includes('200'), `revoked, and ${ended}`),
    ...client1,
    ...client2,
  ]
}

const backward = async (around: Stepping): Promise<readonly string[]> => {
  const made = await issueFor(around, HOUR)
  const client = newLife('client_credentials', `backward-${made.id}`)
  await issue(around, client)
  await exchange(around, client)
  around.turn(-DAY)
  const again = await goesOn(around, client, 'a day back')
  const young = await issueFor(around, HOUR)
  const inside = await statusesOf(around, [young.text])
  await around.server.manage(around.owner.cookie, 'DELETE', `${around.owner.tokens}/${young.id}`)
  const revoked = await statusesOf(around, [young.text])
  around.turn(DAY)
  const later = await statusesOf(around, [made.text, young.text])
  await revoke(around, client)
  const ended = await statusesOf(around, [], client.bearers)
  return [
    ...again,
    ...unless(inside === '200', `made a day back: ${inside}`),
    ...unless(revoked === '401', `revoked a day back: ${revoked}`),
    ...unless(later === '200,401', `where it was ${later}`),
    ...unless(!ended.includes('200'), `revoked, and ${ended}`),
  ]
}

// The machine's own seconds go on meanwhile.
const isNear = (seconds: number, wanted: number): boolean => Math.abs(seconds - wanted) < HOUR

// A clock that once ran ahead must not keep chores from being done until it is that late; and keys that were made then
// go on signing.
const chores = async (around: Stepping): Promise<readonly string[]> => {
  const { turn, doneUntil } = around
  const client = newLife('client_credentials', 'chores')
  await issue(around, client)
  const first = await doneUntil()
  turn(YEAR)
  const ahead = await doneUntil()
  turn(2 * HOUR - YEAR)
  const back = await doneUntil()
  await exchange(around, client)
  const good = await statusesOf(around, [], client.bearers)
  return [
    ...unless(isNear(ahead - first, YEAR), `a year ahead, done until ${ahead - first} s later`),
    ...unless(isNear(back - first, 2 * HOUR), `back again, done until ${back - first} s later`),
    ...unless(good === '200', `exchanged when back again, and ${good}`),
  ]
}

const SECRET = 'a-secret-of-clocks-long-enough-to-be-taken-for-one'

const steppingWorld = async (seen: SeenBy, ahead: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-clock-'))
  const file = join(folder, 'latchkey.db')
  const time = { ahead }
  const clock = { now: seen(() => Math.floor(Date.now() / 1000) + time.ahead) }
  const config = readConfig({ ...settingsOf(file), LATCHKEY_SECRET: SECRET })
  await (await composePortal(config, { choring: false })).close()
  const connection = openSqlite(file)
  const log = { error: () => undefined }
  const ports = await composePorts({ config, connection, secrets: [SECRET], clock, log })
  const portal = createPortal(ports, connection, { choring: false })
  const around: Stepping = {
    server: serverOf(portal),
    owner: await peopleOf(portal).signIn(OWNER),
    turn: (seconds) => {
      time.ahead += seconds
    },
    doneUntil: async () => {
      await portal.runChores()
      const done = await portal.figures.chores()
      return done.find(({ name }) => name === 'replay_ids.purge')?.doneUntil ?? 0
    },
  }
  const remove = async (): Promise<void> => {
    await portal.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { around, remove }
}

/**
 * What does not hold while the clock of a running portal jumps by an hour, by days and by a year, forth and back; the portal
 * begins so many seconds from now.
 */
export const stepClock = async (seen: SeenBy = asItIs, ahead = 0): Promise<readonly string[]> => {
  const { around, remove } = await steppingWorld(seen, ahead)
  try {
    const faults: string[] = []
    for (const step of [forward, backward, chores]) {
      const found = await step(around).catch((thrown: unknown) => [String(thrown)])
      faults.push(...found.map((fault) => `${step.name}: ${fault}`))
    }
    return faults
  } finally {
    await remove()
  }
}
