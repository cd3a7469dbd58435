import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parentPort } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { COMMITTED } from '#db/witness/witness-text.ts'

// The writer's program, that ends in the middle of its work when a statement says so: at once, within the transaction,
// when all is committed and the witness does not know yet, or when all is committed and not yet answered.
const write = fs.writeSync
const endBeforeMark = (): void => {
  fs.writeSync = ((...given: Parameters<typeof write>) =>
    given[1] === COMMITTED ? process.exit(7) : write(...given)) as typeof write
  syncBuiltinESMExports()
}
const prepare = Database.prototype.prepare
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  if (sql.includes('die at once')) process.exit(7)
  if (sql.includes('die unmarked')) endBeforeMark()
  if (sql.includes('die after') && parentPort) parentPort.postMessage = () => process.exit(7)
  return prepare.call(this, sql)
} as typeof prepare
await import('#db/writer/writer-program.ts')
