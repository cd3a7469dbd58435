import { type ChildProcess, fork } from 'node:child_process'
import { createRestartLimit } from '#lib/time/restart-limit.ts'
import { forkOrNone } from '#server/fork-or-none.ts'
import type { ServerLog } from '#server/logging/log.ts'
import type { Peer } from '#server/metrics/processes.ts'
import { makePagesAddress, type PagesAddress, removePagesAddress } from '#server/pages/pages-address.ts'
import { isPagesMessage, PAGES_ARGUMENT, type PagesMessage } from '#server/pages/pages-messages.ts'
import { PagesNotOpened } from '#server/start-failure.ts'

const BEGIN_AGAIN_MS = 1000
// Longer than it gives to requests under way.
const STOP_MS_MAX = 15_000
// With what the others are given it holds 330 MB in place of 260, and makes no page sooner.
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=8'

/** The process of the pages, as the one that started it sees it. */
export type KeptPages = {
  readonly address: PagesAddress
  /** Resolves when pages answer; rejects with PagesNotOpened when they never will. */
  readonly opened: Promise<void>
  /** The process, while there is one. */
  peers(): readonly Peer[]
  /** Lets what is under way finish, and ends it. */
  stop(): Promise<void>
}

type Keeping = {
  readonly port: number
  readonly log: ServerLog
  /** Hears what it says that is not about pages. */
  readonly hear: (from: Peer, message: unknown) => void
}

const whatThen = (pause: number): string =>
  pause === 0 ? 'another takes its place' : `too many did, the next begins in ${Math.ceil(pause / 1000)} s`

const startProcess = (port: number, address: PagesAddress): ChildProcess => {
  const [, program = '', ...args] = process.argv
  const child = fork(program, [...args, PAGES_ARGUMENT], { execArgv: [...process.execArgv, SMALL_YOUNG_GENERATION] })
  // Without a number there is no process, and nobody to tell.
  if (child.pid !== undefined) child.send({ kind: 'pages.begin', address, port } satisfies PagesMessage)
  return child
}

/**
 * Starts this machine's process of the pages: this program once more, told what it is. One that dies is replaced, at most
 * five times within any minute, and for as long as it takes: nobody's validations end because pages do.
 */
export const keepPages = ({ port, log, hear }: Keeping): KeptPages => {
  const address = makePagesAddress()
  // However this process ends, but by SIGKILL: then the other one does it.
  process.once('exit', () => removePagesAddress(address))
  const { promise: opened, resolve: open, reject: giveUp } = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const limit = createRestartLimit(() => performance.now())
  const now: { child?: ChildProcess | undefined; isOpen?: true; isStopping?: true; reason?: string } = {}

  const replace = (ended: ChildProcess): void => {
    const pause = limit.pause()
    limit.count(pause)
    log.warn(`process ${ended.pid} of the pages ended unexpectedly; ${whatThen(pause)}`)
    setTimeout(begin, pause).unref()
  }
  // Answers whether another is to take its place.
  const ended = (reason: string): boolean => {
    now.child = undefined
    if (now.isStopping) stopped.resolve()
    else if (!now.isOpen) giveUp(new PagesNotOpened(now.reason ?? reason))
    return !now.isStopping && now.isOpen === true
  }
  const couldNotBegin = ({ message }: Error): void => {
    if (!ended(`The process of the pages could not begin: ${message}.`)) return
    log.warn(`a process of the pages could not begin, it is tried again in a second: ${message}`)
    setTimeout(begin, BEGIN_AGAIN_MS).unref()
  }
  const begin = (): void => {
    if (now.isStopping) return
    const child = forkOrNone(() => startProcess(port, address), { log, onNone: couldNotBegin })
    if (!child) return
    now.child = child
    child.on('message', (message) => {
      if (!isPagesMessage(message)) return hear(child, message)
      if (message.kind === 'pages.failed') now.reason = message.reason
      if (message.kind !== 'pages.opened') return
      now.isOpen = true
      open()
    })
    child.once('exit', (code, signal) => {
      if (ended(`The process of the pages ended before it answered (${signal ?? code}).`)) replace(child)
    })
  }

  begin()
  return {
    address,
    opened,
    peers: () => (now.child ? [now.child] : []),
    stop: async () => {
      now.isStopping = true
      const { child } = now
      if (child === undefined) return
      if (child.connected) child.send({ kind: 'pages.stop' } satisfies PagesMessage)
      setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX).unref()
      await stopped.promise
    },
  }
}
