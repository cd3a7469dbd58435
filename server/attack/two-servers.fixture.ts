import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '#db/contract/free-port.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { type Form, type Server, serverOver } from '#server/attack/race-server.fixture.ts'
import { OWNER, peopleOf, type RaceWorld, settingsOf } from '#server/attack/race-world.fixture.ts'
import { type Child, startChild } from '#server/child.fixture.ts'
import { composePortal } from '#server/compose.ts'
import { requestText } from '#server/raw-http.fixture.ts'

const PROGRAM = join(import.meta.dirname, 'served-portal.fixture.ts')

// Three start at once, on a machine that may be busy.
const START_MS_MAX = 120_000
const LOOK_MS = 50

// What stands in the terminal once every one of its workers serves.
const ANNOUNCED = 'is ready at'

type IsUp = (answer: Response) => Promise<boolean>

const isReady: IsUp = async ({ ok }) => ok
const isUp: IsUp = async (answer) => answer.ok || (await answer.text()).startsWith('not ready')

const untilUp = async (url: string, isEnough: IsUp, said: Child['output']): Promise<void> => {
  const deadline = performance.now() + START_MS_MAX
  while (performance.now() < deadline) {
    const up = await fetch(`${url}/readyz`).then(isEnough, () => false)
    if (up && said().stdout.includes(ANNOUNCED)) return
    await delay(LOOK_MS)
  }
  throw new Error(`it did not start: ${JSON.stringify(said())}`)
}

const PATIENCES_MS = [0, 1, 2, 4, 8]

/** Sends a form and cuts the connection, now sooner, now later: before, while or after it is answered. */
const createLoser = (port: number) => {
  let losses = 0
  return async (path: string, form: Form): Promise<void> => {
    const body = new URLSearchParams(form).toString()
    const lines = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`]
    const socket = connect(port, '127.0.0.1')
    // That it breaks is the point.
    socket.on('error', () => {})
    await new Promise<void>((resolve) => {
      socket.write(requestText('POST', path, { host: `127.0.0.1:${port}`, lines, body }), () => resolve())
    })
    losses += 1
    await delay(PATIENCES_MS[losses % PATIENCES_MS.length])
    socket.destroy()
  }
}

/** A process that serves. */
export type ServerProcess = Server & { kill(): Promise<void> }

/** Starts one of several processes over one database, and waits until it is ready; or only until it says why it is not. */
export const launch = async (env: Readonly<Record<string, string>>, { ready = true } = {}): Promise<ServerProcess> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = startChild(PROGRAM, { ...env, PORT: String(port) })
  await untilUp(url, ready ? isReady : isUp, child.output)
  const send = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { ...init, redirect: 'manual' })
  return {
    ...serverOver({ send, lose: createLoser(port) }),
    kill: async () => {
      child.process.kill('SIGKILL')
      await child.ended
    },
  }
}

type TwoServers = RaceWorld & {
  /** The variables of every process: for commands beside them. */
  readonly env: Readonly<Record<string, string>>
  readonly victim: ServerProcess
  remove(): Promise<void>
}

/** Processes that serve one database, and this one beside them that signs people in and manages members. */
export const twoServers = async (): Promise<TwoServers> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-attack-'))
  const file = join(folder, 'latchkey.db')
  const env = settingsOf(file)
  const portal = await composePortal(readConfig(env))
  const [one, other, victim] = await Promise.all([launch(env), launch(env), launch(env)])
  const records = openSqlite(file)
  const people = peopleOf(portal)
  return {
    env,
    ...people,
    portal,
    records,
    one,
    other,
    /** One more, to be killed. */
    victim,
    owner: await people.signIn(OWNER),
    remove: async () => {
      await Promise.all([one, other, victim].map((server) => server.kill()))
      await records.close()
      await portal.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
