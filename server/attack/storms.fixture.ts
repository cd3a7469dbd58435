import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { issue, newLife } from '#server/attack/life.fixture.ts'
import { type Asking, keptRequest, type Requester, startRequester, type Told } from '#server/attack/requests.fixture.ts'
import { signInRequest } from '#server/attack/sign-in-form.fixture.ts'
import { takeRealtimeRank } from '#server/realtime-rank.ts'

/** A server and two processes that ask it: one is measured, the other is the storm. */
export type StormWorld = {
  readonly port: number
  readonly measured: Requester
  readonly storm: Requester
  /** Requests, byte by byte. */
  readonly validate: string
  readonly exchange: string
  /** Of a sign-in by the page's own form; only where there are pages. */
  signIn(): Promise<string>
  /** Keeps the server from writing, as a disk does that comes to a halt; answers what lets go. */
  holdWrites(): () => void
  remove(): Promise<void>
}

const FORM = 'Content-Type: application/x-www-form-urlencoded'

/**
 * Starts a server and whoever asks it. Where it has a real-time rank they have it too: from another machine they would not wait
 * for a core of this one.
 */
export const stormWorld = async (program: string, env: Readonly<Record<string, string>> = {}): Promise<StormWorld> => {
  const world = await crashWorld()
  const served = world.start(program, { ...env, LATCHKEY_TRUSTED_PROXIES: '127.0.0.1' })
  await served.until('/readyz')
  const around = { server: served, owner: world.owner }
  const [access, client] = [newLife('access_token', 'access'), newLife('client_credentials', 'client')]
  await issue(around, access)
  await issue(around, client)
  const identity = { client_id: client.id ?? '', client_secret: client.credentials.join() }
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...identity }).toString()
  const [measured, storm] = [await startRequester(), await startRequester()]
  if (env['LATCHKEY_RANK'] === 'realtime') for (const { pid } of [measured, storm]) await takeRealtimeRank(pid)
  return {
    port: Number(new URL(served.url).port),
    measured,
    storm,
    validate: keptRequest('GET', '/api/v1/validate', [`X-API-KEY: ${access.credentials.join()}`]),
    exchange: keptRequest('POST', '/oauth/token', [FORM], body),
    signIn: async () => signInRequest(await (await fetch(`${served.url}/sign-in`)).text()),
    holdWrites: () => {
      const client = new Database(world.file)
      client.exec('begin immediate')
      return () => void client.exec('rollback').close()
    },
    remove: async () => {
      measured.stop()
      storm.stop()
      await world.remove()
    },
  }
}

/** One after the other, so that both meet the same machine: without the storm, and with it. */
export type Pair = { readonly calm: Told; readonly stormy: Told; readonly storm?: Told }

const SETTLE_MS = 500

type Storm = { begin(): Promise<Told | undefined> | undefined; end?(): void }

/** Measures in pairs: a slice, the same slice within a storm, and so on. */
export const inPairs = async (
  measured: Requester,
  asking: Asking,
  storm: Storm,
  pairs: number,
): Promise<readonly Pair[]> => {
  const all: Pair[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const calm = await measured.ask(asking)
    const begun = storm.begin()
    await delay(SETTLE_MS)
    const stormy = await measured.ask(asking)
    storm.end?.()
    const told = await begun
    all.push({ calm, stormy, ...(told ? { storm: told } : {}) })
    await delay(SETTLE_MS)
  }
  return all
}

const NEWCOMER_MS = 50

const newcomer = async (port: number): Promise<number> => {
  const begun = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { Connection: 'close' } })
  await answer.text()
  return performance.now() - begun
}

/** How long each of twenty a second waits for an answer who comes by a new connection, in milliseconds, sorted. */
export const newcomers = async (port: number, milliseconds: number): Promise<readonly number[]> => {
  const asked: Promise<number>[] = []
  for (let at = 0; at < milliseconds; at += NEWCOMER_MS) {
    asked.push(newcomer(port))
    await delay(NEWCOMER_MS)
  }
  return (await Promise.all(asked)).toSorted((a, b) => a - b)
}

/** The middle one. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const REFUSED_ALLOWED = new Set(['200', '429', '503'])

/** What stands against a server that was asked for more than it can do: what it answered otherwise, or refused nothing. */
export const overloadFaults = ({ statuses, broken }: Pick<Told, 'statuses' | 'broken'>): readonly string[] => [
  ...Object.keys(statuses)
    .filter((status) => !REFUSED_ALLOWED.has(status))
    .map((status) => `answered ${status}`),
  ...(broken > 0 ? [`${broken} connections broken`] : []),
  ...(statuses['503'] ? [] : ['everything was taken in']),
]
