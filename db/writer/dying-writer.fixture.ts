import { parentPort } from 'node:worker_threads'
import Database from 'better-sqlite3'

// The writer's program, that ends in the middle of its work when a statement says so: at once, within the transaction,
// or when all is committed and not yet answered.
const prepare = Database.prototype.prepare
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  if (sql.includes('die at once')) process.exit(7)
  if (sql.includes('die after') && parentPort) parentPort.postMessage = () => process.exit(7)
  return prepare.call(this, sql)
} as typeof prepare
await import('#db/writer/writer-program.ts')
