import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { answerParent } from '#bench/answer-parent.ts'
import { fillDatabase } from '#bench/fill-database.ts'
import { issueTokens, OPERATOR, signIn } from '#bench/issue-tokens.ts'
import { kept } from '#bench/kept.ts'
import { readConfig } from '#lib/config/env.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'
import { openNextPages } from '#server/next-pages.ts'
import { runServer } from '#server/running.ts'

// The product with its pages, on SQLite, with so many tokens in the operator's account. The pages have to be built.
const TOKENS = Number(process.argv[2] ?? 1000)

const log = createLog(readConfig({}).log)
const env = await kept('asked', async (folder) => {
  const file = join(folder, 'latchkey.db')
  const made = {
    PORT: '0',
    DATABASE_URL: `file:${file}`,
    LATCHKEY_SECRET: randomBytes(32).toString('base64url'),
    LATCHKEY_BOOTSTRAP_EMAIL: OPERATOR.email,
    LATCHKEY_BOOTSTRAP_PASSWORD: OPERATOR.password,
  }
  const empty = await composePortal(readConfig({ ...made, PORT: '3000' }), { choring: false, log })
  const { access } = await issueTokens(empty)
  await empty.close()
  fillDatabase(file, access.id, TOKENS, 1)
  return made
})

const running = await runServer({
  env,
  dev: false,
  openLog: () => log,
  compose: composePortal,
  openPages: openNextPages,
})
const { config } = running
// A second portal on the same file: the one that serves hands out no sign-in.
const portal = await composePortal(config, { choring: false, log })
const { sid, slug } = await signIn(portal)
const headers = { Cookie: `${portal.signIn.cookies.sessionName}=${await portal.signIn.sessionCookie.encode(sid)}` }
answerParent({
  list: { url: `${config.url}/a/${slug}/tokens/account`, headers, firstByte: true },
  text: { url: `${config.url}/errors/token.revoked`, headers, firstByte: true },
})

const stop = async (): Promise<void> => {
  await portal.close()
  await running.stop()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
