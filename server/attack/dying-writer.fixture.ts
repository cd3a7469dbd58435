import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parentPort } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { processEnvironment } from '#lib/config/process-env.ts'

// The writer's program. Its whole process dies, as by kill -9, before the step that FIXTURE_DIES_AT numbers: each
// statement is one, begin and commit included, each word to the witness, and each answer. With FIXTURE_TORN nothing is a
// transaction.
const env = processEnvironment()
const diesAt = Number(env['FIXTURE_DIES_AT'])
let steps = 0
const step = (): void => {
  steps += 1
  if (steps === diesAt) process.kill(process.pid, 'SIGKILL')
}

const write = fs.writeSync
fs.writeSync = ((...given: Parameters<typeof write>) => {
  step()
  return write(...given)
}) as typeof write
syncBuiltinESMExports()

const TRANSACTION = /^(begin|commit|savepoint|release|rollback)/
const NOTHING = 'select 1 where 0'

const prepare = Database.prototype.prepare
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const isTorn = env['FIXTURE_TORN'] !== undefined && TRANSACTION.test(sql)
  const statement = prepare.call(this, isTorn ? NOTHING : sql)
  if (isTorn) return Object.assign(statement, { run: step })
  const all = statement.all.bind(statement) as (...params: unknown[]) => unknown
  const run = statement.run.bind(statement) as (...params: unknown[]) => unknown
  return Object.assign(statement, {
    all: (...params: unknown[]) => {
      step()
      return all(...params)
    },
    run: (...params: unknown[]) => {
      step()
      return run(...params)
    },
  })
} as typeof prepare

const port = parentPort
if (port) {
  const post = port.postMessage.bind(port)
  port.postMessage = (message: unknown) => {
    step()
    post(message)
  }
}
await import('#db/writer/writer-program.ts')
