import { readFileSync, writeFileSync } from 'node:fs'
import { fillDatabase } from '#bench/fill-database.ts'
import { issueTokens } from '#bench/issue-tokens.ts'
import { signAccessTokens } from '#bench/sign-access-tokens.ts'
import { readConfig } from '#lib/config/env.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'

/** What the program is told: a portal's environment with the file of its database, and how many tokens it should hold. */
export type ToMake = {
  readonly env: Readonly<Record<string, string>>
  readonly file: string
  readonly secret: string
  readonly tokens: number
  /** So many access JWTs, of tokens spread over all of them, are written to a file of headers. */
  readonly cold: number
  readonly coldFile: string
}

/** What was issued in it by hand. */
export type Issued = Awaited<ReturnType<typeof issueTokens>>

// In a process of its own: what filling holds of the machine's memory is not the server's.
const [question = '', answer = ''] = process.argv.slice(2)
const { env, file, secret, tokens, cold, coldFile } = JSON.parse(readFileSync(question, 'utf8')) as ToMake
const config = readConfig(env)
const log = createLog(config.log)
const empty = await composePortal(config, { choring: false, log })
const issued: Issued = await issueTokens(empty)
await empty.close()
const made = fillDatabase(file, issued.access.id, tokens, cold)
const signed = await signAccessTokens(config, file, secret, issued.access.text, made, log)
writeFileSync(coldFile, JSON.stringify(signed.map((text) => ({ 'X-API-KEY': text }))))
writeFileSync(answer, JSON.stringify(issued))
process.exit(0)
