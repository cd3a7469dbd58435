import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { COMMITTED } from '#db/witness/witness-text.ts'
import { processEnvironment } from '#lib/config/process-env.ts'

// The writer's program. Before it says of a commit that it happened, it looks into FIXTURE_FOLDER, once for each name: at `hold` it
// stops for good, and leaves the id of its process; at `end` the thread ends. With FIXTURE_FIRST it says so before it commits.
const env = processEnvironment()
const folder = env['FIXTURE_FOLDER'] ?? ''

const takes = (name: string): boolean => {
  try {
    fs.renameSync(join(folder, name), join(folder, `${name}-${process.pid}`))
    return true
  } catch {
    // It is not there, or somebody else took it.
    return false
  }
}
const stopAsTold = (): void => {
  if (takes('hold')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  if (takes('end')) process.exit(7)
}

const write = fs.writeSync
const isIntended = (text: unknown): text is string => typeof text === 'string' && text.startsWith(' [')
fs.writeSync = ((descriptor: number, text: unknown, ...rest: unknown[]) => {
  const isFirst = env['FIXTURE_FIRST'] !== undefined && isIntended(text)
  if (text === COMMITTED) stopAsTold()
  const written: unknown = Reflect.apply(write, fs, [
    descriptor,
    isFirst ? `${COMMITTED}${text.slice(1)}` : text,
    ...rest,
  ])
  if (isFirst) stopAsTold()
  return written
}) as typeof write
syncBuiltinESMExports()
await import('#db/writer/writer-program.ts')
