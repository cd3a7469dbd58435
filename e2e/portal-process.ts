import { openSqlite } from '#db/open-sqlite.ts'
import type { Answer, Question, Verbs } from '#e2e/world/messages.ts'
import { portalVerbs } from '#e2e/world/portal-verbs.ts'
import { turnableClock } from '#e2e/world/turnable-clock.ts'
import type { Config } from '#lib/config/config.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { Portal } from '#lib/portal.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'
import { openNextPages } from '#server/next-pages.ts'
import { runServer } from '#server/running.ts'

// The composition root of browser tests: the product as it is, but for a clock that a test can turn. It serves real
// pages from the build, and answers its parent's questions (messages.ts) over the channel between them.

const { clock, setAhead } = turnableClock()
const made: { portal?: Portal } = {}

const compose = async (config: Config): Promise<Portal> => {
  made.portal = await composePortal(config, { clock })
  return made.portal
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

const running = await runServer({ env: process.env, dev: false, openLog: createLog, compose, openPages: openNextPages })
const { config } = running
if (!made.portal || config.database.dialect !== 'sqlite' || !config.secrets) throw new Error('not what tests asked for')
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
  setAhead,
  stop,
})
say({ ready: { url: config.url } })
