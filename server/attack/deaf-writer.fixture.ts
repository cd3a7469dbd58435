import Database from 'better-sqlite3'

// The writer's program, that does not hear when a commit fails.
const prepare = Database.prototype.prepare
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql)
  if (sql !== 'commit') return statement
  const commit = statement.run.bind(statement) as () => unknown
  return Object.assign(statement, {
    run: () => {
      try {
        return commit()
      } catch {
        if (this.inTransaction) this.exec('rollback')
        return undefined
      }
    },
  })
} as typeof prepare
await import('#db/writer/writer-program.ts')
