import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// As at the start of the server: before anything else is loaded.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/latchkey-compile'))

const { processEnvironment } = await import('#lib/config/process-env.ts')
const { COMMANDS } = await import('#server/cli/commands.ts')
const { runCommand } = await import('#server/cli/run-command.ts')

// An exit code is set, not forced: what was said reaches a pipe first.
process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), {
  env: processEnvironment(),
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
})
