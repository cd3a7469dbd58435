import { readConfig } from '#lib/config/env.ts'
import { processEnvironment } from '#lib/config/process-env.ts'
import { composePortal } from '#server/compose.ts'

// A process that runs the chores once, as many seconds later as its argument says, and ends. Tests kill it.
const later = Number(process.argv[2])
const portal = await composePortal(readConfig(processEnvironment()), {
  clock: { now: () => Math.floor(Date.now() / 1000) + later },
  choring: false,
})
await portal.runChores()
await portal.close()
process.stdout.write('done\n')
