import { processEnvironment } from '#lib/config/process-env.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'

// An exit code is set, not forced: what was said reaches a pipe first.
process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), {
  env: processEnvironment(),
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
})
