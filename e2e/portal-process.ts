import { openSqlite } from '#db/open-sqlite.ts'
import { clockOfPages, turnWhenTold } from '#e2e/world/clock-of-pages.ts'
import type { Answer, Question, Verbs } from '#e2e/world/messages.ts'
import { portalVerbs } from '#e2e/world/portal-verbs.ts'
import { turnableClock } from '#e2e/world/turnable-clock.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { Portal } from '#lib/portal.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'
import { openNextPages } from '#server/next-pages.ts'
import { type KeptPages, keepPages } from '#server/pages/keep-pages.ts'
import { proxyKept } from '#server/pages/open-pages-apart.ts'
import { isPagesProcess } from '#server/pages/pages-messages.ts'
import { runAsPages } from '#server/pages/run-as-pages.ts'
import { runServer } from '#server/running.ts'
import type { StartOptions } from '#server/served-portal.ts'

// The composition root of browser tests: the product as it is, but for a clock that a test can turn. Real pages of the
// build come from their own process, which is this program as well; this one answers its parent's questions (messages.ts).

const { clock, setAhead } = turnableClock()
const made: { portal?: Portal } = {}

const options: StartOptions = {
  env: process.env,
  dev: false,
  openLog: createLog,
  compose: async (config, means) => {
    made.portal = await composePortal(config, { ...means, clock })
    return made.portal
  },
  openPages: openNextPages,
  pagesApart: true,
}

const say = (answer: Answer): void => void process.send?.(answer)

const answerQuestions = (verbs: Verbs): void => {
  process.on('message', (question: Question) => {
    const { id, verb, given } = question
    const ask = verbs[verb] as (...given: readonly unknown[]) => unknown
    Promise.resolve()
      .then(() => ask(...given))
      .then(
        (answer) => say({ id, answer }),
        (thrown: unknown) => say({ id, failure: thrown instanceof Error ? `${thrown.stack}` : String(thrown) }),
      )
  })
}

const openPagesApart = () => {
  const state: { kept?: KeptPages } = {}
  const { hear, turn } = clockOfPages(() => state.kept?.peers() ?? [])
  const openPages: StartOptions['openPages'] = async ({ port, log }) => {
    state.kept = keepPages({ port, log, hear })
    return proxyKept(state.kept)
  }
  return { openPages, turn }
}

const serve = async (): Promise<void> => {
  const { openPages, turn } = openPagesApart()
  const running = await runServer({ ...options, openPages })
  const { config } = running
  if (!made.portal || config.database.dialect !== 'sqlite' || !config.secrets)
    throw new Error('not what tests asked for')
  const connection = openSqlite(config.database.file)
  const stop = async (): Promise<void> => {
    await connection.close()
    await running.stop()
    // After the answer has left.
    setImmediate(() => process.exit(0))
  }
  // The parent is gone: nobody is left to ask.
  process.on('disconnect', () => void stop())
  answerQuestions({
    ...portalVerbs({
      portal: made.portal,
      connection,
      secretRing: createSecretRing(config.secrets),
      operatorEmail: config.bootstrap?.email ?? '',
    }),
    setAhead: async (seconds) => {
      setAhead(seconds)
      await turn(seconds)
    },
    stop,
  })
  say({ ready: { url: config.url } })
}

if (isPagesProcess()) {
  turnWhenTold(setAhead)
  await runAsPages(options)
} else await serve()
